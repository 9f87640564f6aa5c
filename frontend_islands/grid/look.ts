import type { Cell } from '../shared/columns.ts'
import { isNumeric } from '../shared/columns.ts'
import { show, type Shown } from './cells.ts'
import type { Placed } from './layout.ts'
import type { Row } from './rowCache.ts'
import { age, epoch, formatNumber, inZone, linkOf, ruleFor, sign } from './settings.ts'

/** A cell as its column's settings have it. */
export interface Looked extends Shown {
  /** Token of a rule or an age. */
  colour?: string | undefined
  sign?: string | undefined
  link?: string | undefined
  /** Share of the column's width that a bar takes, 0 to 1; where it begins. */
  bar?: { from: number; to: number } | undefined
}

/** Lowest and highest number of a column, for its bars; zero is always among them. */
export type Extent = { low: number; high: number }

export function look(row: Row, columns: readonly Placed[], column: Placed, now: number, extent: Extent | undefined): Looked {
  const value = row[column.position]
  const { settings } = column
  const looked: Looked = show(value, column.kind)
  if (value === null || value === undefined) return coloured(looked, value, column)
  if (settings.ageing && !Number.isNaN(epoch(value))) return aged(looked, value, column, now)
  if (settings.number && isNumeric(column.kind)) looked.text = formatNumber(value as number | string, settings.number)
  if (settings.zone && /with time zone|timestamptz/i.test(column.type)) looked.text = inZone(String(value), settings.zone)
  if (settings.link) looked.link = linkOf(settings.link, value, row, columns)
  if (settings.bar && extent) looked.bar = barOf(Number(value), extent)
  return coloured(looked, value, column)
}

/** The colour of the first rule of the row's columns that is for whole rows. */
export function rowColour(row: Row, columns: readonly Placed[]): string | undefined {
  for (const column of columns) {
    const rule = ruleFor(column.settings.rules?.filter((each) => each.row), row[column.position], column)
    if (rule) return rule.colour
  }
  return undefined
}

function coloured(looked: Looked, value: Cell | undefined, column: Placed): Looked {
  const rule = ruleFor(column.settings.rules, value, column)
  return rule ? { ...looked, sign: sign(rule.colour), colour: rule.row ? undefined : rule.colour } : looked
}

function aged(looked: Looked, value: Cell, column: Placed, now: number): Looked {
  const ageing = column.settings.ageing as { old_s: number; very_old_s: number }
  const seconds = (now - epoch(value)) / 1000
  const colour = seconds >= ageing.very_old_s ? 'red' : seconds >= ageing.old_s ? 'amber' : undefined
  return { ...looked, text: age(seconds), colour, sign: colour && sign(colour) }
}

function barOf(value: number, { low, high }: Extent): { from: number; to: number } | undefined {
  const width = high - low
  if (!Number.isFinite(value) || !(width > 0)) return undefined
  const [zero, end] = [-low / width, (value - low) / width].map((share) => Math.min(Math.max(share, 0), 1)) as [number, number]
  return { from: Math.min(zero, end), to: Math.max(zero, end) }
}
