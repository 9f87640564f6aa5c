import type { Column } from '../shared/columns.ts'
import type { ColumnSettings } from './settings.ts'

/** A column in its place: `position` is where its values stand in a row. */
export interface Placed extends Column {
  position: number
  settings: ColumnSettings
}

/**
 * Every column of a result in the order of the settings, frozen ones first; those without settings follow.
 *
 * Settings of a column that is gone are left out. Of columns with one name, each takes the next settings of that name.
 */
export function place(columns: readonly Column[], settings: readonly ColumnSettings[]): Placed[] {
  const left = columns.map((column, position) => ({ column, position }))
  const placed: Placed[] = []
  for (const each of settings) {
    const at = left.findIndex(({ column }) => column.name === each.name)
    if (at >= 0) placed.push(...left.splice(at, 1).map(({ column, position }) => ({ ...column, position, settings: each })))
  }
  for (const { column, position } of left) placed.push({ ...column, position, settings: { name: column.name } })
  return frozenFirst(placed)
}

/** The same columns, one of them with other settings. */
export function change(placed: readonly Placed[], position: number, settings: Partial<ColumnSettings>): Placed[] {
  return frozenFirst(
    placed.map((each) => (each.position === position ? { ...each, settings: { ...each.settings, ...settings } } : each)),
  )
}

/** The same columns, one of them put before the shown column that now stands at `to`. */
export function move(placed: readonly Placed[], position: number, to: number): Placed[] {
  const moved = placed.find((each) => each.position === position)
  if (!moved) return [...placed]
  const rest = placed.filter((each) => each !== moved)
  const shown = rest.filter((each) => !each.settings.hidden)
  const before = shown[to]
  const at = before ? rest.indexOf(before) : rest.length
  const frozen = rest.filter((each) => each.settings.frozen).length
  const within = moved.settings.frozen ? Math.min(at, frozen) : Math.max(at, frozen)
  return rest.toSpliced(within, 0, moved)
}

/** The same columns, one of them so many places on, within the frozen or the others. */
export function step(placed: readonly Placed[], position: number, by: number): Placed[] {
  const from = placed.findIndex((each) => each.position === position)
  const moved = placed[from]
  if (!moved) return [...placed]
  const to = Math.min(Math.max(from + by, 0), placed.length - 1)
  return frozenFirst(placed.toSpliced(from, 1).toSpliced(to, 0, moved))
}

export function isShown(column: Placed): boolean {
  return !column.settings.hidden
}

function frozenFirst(placed: Placed[]): Placed[] {
  return [...placed.filter((each) => each.settings.frozen), ...placed.filter((each) => !each.settings.frozen)]
}
