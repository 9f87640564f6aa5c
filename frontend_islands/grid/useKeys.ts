import { HEADER, type Place, step } from './selection.ts'

/** What the keys of a grid lead to; `column` is a place among the shown columns. */
export interface Deeds {
  go: (place: Place, extend: boolean) => void
  select: (from: Place, to: Place) => void
  collapse: () => void
  open: (place: Place) => void
  menu: (column: number) => void
  sort: (column: number, further: boolean) => void
  resize: (column: number, by: number) => void
  move: (column: number, by: number) => void
}

interface Extent {
  active: Place | undefined
  rows: number
  columns: number
  /** Rows of a page. */
  page: number
}

const WIDER = 12

/** Does what a key asks for; false when it means nothing here. */
export function onKey(event: KeyboardEvent, { active, rows, columns, page }: Extent, deeds: Deeds): boolean {
  const from = active ?? { row: HEADER, column: 0 }
  const far = event.ctrlKey || event.metaKey
  const last = { row: rows - 1, column: columns - 1 }
  if (from.row === HEADER && active && inHeader(event, from.column, deeds)) return true
  if (event.altKey) return false
  if (far && event.key === 'a') deeds.select({ row: 0, column: 0 }, last)
  else if (far && event.key === ' ') deeds.select({ row: 0, column: from.column }, { ...last, column: from.column })
  else if (event.shiftKey && event.key === ' ') deeds.select({ ...from, column: 0 }, { ...from, column: last.column })
  else if (event.key === 'Escape' && active) deeds.collapse()
  else if (event.key === 'Enter' && active && from.row !== HEADER) deeds.open(from)
  else {
    const to = step(event, from, rows, columns, page)
    if (!to) return false
    deeds.go(to, event.shiftKey && to.row !== HEADER)
  }
  return true
}

function inHeader(event: KeyboardEvent, column: number, deeds: Deeds): boolean {
  const right = event.key === 'ArrowRight'
  const sideways = right || event.key === 'ArrowLeft'
  if (event.key === 'Enter' || (event.altKey && event.key === 'ArrowDown')) deeds.menu(column)
  else if (event.key === ' ') deeds.sort(column, event.shiftKey)
  else if (sideways && event.altKey) deeds.move(column, right ? 1 : -1)
  else if (sideways && event.shiftKey) deeds.resize(column, right ? WIDER : -WIDER)
  else return false
  return true
}
