export interface Place {
  row: number
  column: number
}

export interface Range {
  top: number
  bottom: number
  left: number
  right: number
}

/** Row of the header, which the keyboard reaches as if it were the row above the first. */
export const HEADER = -1

/** The cells between two corners, header left out; nothing where only the header is meant. */
export function rangeOf(anchor: Place, active: Place): Range | undefined {
  const bottom = Math.max(anchor.row, active.row)
  if (bottom < 0) return undefined
  return {
    top: Math.max(Math.min(anchor.row, active.row), 0),
    bottom,
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  }
}

export function cellsIn(range: Range): number {
  return (range.bottom - range.top + 1) * (range.right - range.left + 1)
}

/** Where a key leads from a place, or nothing when the key does not move. `page` is in rows. */
export function step(event: KeyboardEvent, from: Place, rows: number, columns: number, page: number): Place | undefined {
  const far = event.ctrlKey || event.metaKey
  const move = (row: number, column: number): Place => ({
    row: Math.min(Math.max(row, HEADER), rows - 1),
    column: Math.min(Math.max(column, 0), columns - 1),
  })
  switch (event.key) {
    case 'ArrowDown':
      return far ? move(rows - 1, from.column) : move(from.row + 1, from.column)
    case 'ArrowUp':
      return far ? move(0, from.column) : move(from.row - 1, from.column)
    case 'ArrowRight':
      return far ? move(from.row, columns - 1) : move(from.row, from.column + 1)
    case 'ArrowLeft':
      return far ? move(from.row, 0) : move(from.row, from.column - 1)
    case 'PageDown':
      return move(Math.max(from.row, 0) + page, from.column)
    case 'PageUp':
      return move(Math.max(from.row - page, 0), from.column)
    case 'Home':
      return move(far ? 0 : from.row, 0)
    case 'End':
      return move(far ? rows - 1 : from.row, columns - 1)
    default:
      return undefined
  }
}
