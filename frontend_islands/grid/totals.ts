import type { Cell } from '../shared/columns.ts'
import { isNumeric, isTemporal } from '../shared/columns.ts'
import { plain } from './cells.ts'
import type { Placed } from './layout.ts'
import { formatNumber, inZone } from './settings.ts'
import type { Facts } from './useFacts.ts'
import { counted } from '../shared/written.ts'

export type Total = 'sum' | 'mean' | 'min' | 'max' | 'count'

/** What a total is called where it is chosen. */
export const TOTALS: Record<Total, string> = { sum: 'Sum', mean: 'Mean', min: 'Lowest', max: 'Highest', count: 'Count of values' }
const WORDS: Record<Total, string> = { sum: 'sum', mean: 'mean', min: 'lowest', max: 'highest', count: 'values' }
const MEAN_DECIMALS = 6

/** The totals that a column of this kind can have. */
export function totalsFor(column: Placed): Total[] {
  if (isNumeric(column.kind)) return ['sum', 'mean', 'min', 'max', 'count']
  return isTemporal(column.kind) ? ['min', 'max', 'count'] : ['count']
}

/** A total as it is shown, and in full. NULL, NaN and infinities are in none but are said. */
export function totalOf(column: Placed, facts: Facts): { text: string; full: string } {
  const total = column.settings.total as Total
  const odd = Object.values(facts.special).reduce((sum, each) => sum + each, 0)
  const value = total === 'count' ? facts.row_count - facts.nulls : facts[total]
  const left = [[facts.nulls, 'NULL'], ...Object.entries(facts.special).map(([name, many]) => [many, name])] as [number, string][]
  const without = left.filter(([many]) => many && (total !== 'count' || odd === 0)).map(([many, name]) => `${counted(many)} ${name}`)
  const full = value === null ? 'There is nothing to total.' : total === 'count' ? counted(value as number) : plain(value)
  return { text: value === null ? '–' : shown(column, total, value), full: without.length ? `${full}, without ${without.join(', ')}` : full }
}

/** `sum of 1,000,000 rows`, `sum of 312 matching`. */
export function ofWhat(total: Total, rows: number, allRows: number, cut: boolean): string {
  if (rows !== allRows) return `${WORDS[total]} of ${counted(rows)} matching`
  return `${WORDS[total]} of ${cut ? 'the first ' : ''}${counted(rows)} row${rows === 1 ? '' : 's'}`
}

function shown(column: Placed, total: Total, value: Cell): string {
  const { number, zone } = column.settings
  if (total === 'count') return counted(value as number)
  if (zone && /with time zone|timestamptz/i.test(column.type)) return inZone(String(value), zone)
  if (!isNumeric(column.kind)) return plain(value)
  const long = total === 'mean' && /\.\d{7}/.test(String(value))
  return formatNumber(value as number | string, long ? { decimals: MEAN_DECIMALS, ...number } : (number ?? {}))
}
