import type { Column } from './columns.ts'
import { written } from './written.ts'

/** What the columns endpoint delivers: numbers, epoch milliseconds for dates, text, booleans, or nothing. */
export type Datum = number | string | boolean | null

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })
const EXACT = new Intl.NumberFormat('en', { maximumFractionDigits: 20 })

/** 12,345 as "12.35K": for axes, where the tooltip has the rest. */
export function compact(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return written(value.toExponential(1).replace('.0e', 'e'))
  return written(COMPACT.format(value))
}

/** All digits of a number, thousands separated. */
export function exact(value: number): string {
  return Number.isFinite(value) ? written(EXACT.format(value)) : String(value)
}

/** A number for a large display: four digits that matter after the point at most, never fewer before it. */
export function headline(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4
  if (size < 1) return written(value.toLocaleString('en', { maximumSignificantDigits: digits }))
  return written(value.toLocaleString('en', { maximumFractionDigits: digits }))
}

/** Epoch milliseconds as Postgres prints the date or the time; `zone` where the column has one. */
export function moment(milliseconds: number, column: Pick<Column, 'kind' | 'type'>): string {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return String(milliseconds)
  const iso = new Date(milliseconds).toISOString()
  const [day = '', rest = ''] = iso.split('T')
  if (column.kind === 'date') return day
  const time = rest.replace('Z', '').replace(/\.?0+$/, '')
  return `${day} ${time}${/tz|with time zone/.test(column.type) ? ' UTC' : ''}`
}

/** Any value as words, NULL and the empty text told apart. */
export function words(value: Datum | undefined, column: Column): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number') {
    return column.kind === 'date' || column.kind === 'timestamp' ? moment(value, column) : exact(value)
  }
  return value === '' ? 'empty' : String(value)
}

export function count(value: number, noun: string, nouns = `${noun}s`): string {
  return `${exact(value)} ${value === 1 ? noun : nouns}`
}
