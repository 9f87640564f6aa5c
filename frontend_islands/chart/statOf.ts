import { isTemporal } from '../shared/columns.ts'
import { count, type Datum, exact, headline, words } from '../shared/numbers.ts'
import { cutNotes } from './figure.ts'
import { type Data, numberOf, type Options, pick } from './load.ts'

export type State = 'good' | 'warn' | 'bad' | ''

export interface Stat {
  title: string
  text: string
  /** Every digit, for the pointer and for people who listen. */
  full: string
  unit: string
  state: State
  /** Against the one before: how much, in words, and whether that is an improvement. */
  change?: { text: string; up: boolean; better: boolean }
  target?: { text: string; share: number }
  /** The values up to the shown one, for a small line. */
  line: number[]
  note: string
}

const LONGEST_LINE = 200

/** The one number, and what it is seen against. */
export function statOf(data: Data, options: Options): Stat {
  const { column, values } = pick(data, options.value as string)
  const at = options.row === 'last' ? values.length - 1 : 0
  const value = values[at]
  const unit = options.unit ?? ''
  const shared = { title: options.label || column.name, unit, line: [], state: '' as State, note: noteOf(data, options, values.length) }
  if (value === null || value === undefined) {
    return { ...shared, unit: '', text: '—', full: values.length ? 'NULL' : 'no rows', note: values.length ? 'NULL' : 'No rows' }
  }
  if (typeof value !== 'number' || isTemporal(column.kind)) return { ...shared, text: words(value, column), full: words(value, column) }
  const before = options.previous ? numberOf(pick(data, options.previous).values[at]) : options.trend ? numberOf(values[options.row === 'last' ? at - 1 : at + 1]) : NaN
  return {
    ...shared,
    text: headline(value),
    full: exact(value) + (unit ? ` ${unit}` : ''),
    state: stateOf(value, options),
    line: options.trend ? lineOf(values, options.row === 'last') : [],
    ...(Number.isNaN(before) ? {} : { change: changeOf(value, before, options) }),
    ...(typeof options.target === 'number' ? { target: targetOf(value, options) } : {}),
  }
}

function noteOf(data: Data, options: Options, many: number): string {
  const which = options.row === 'last' ? 'Last' : 'First'
  const rows = data.row_count > 1 && !options.trend ? `${which} of ${count(data.row_count, 'row')}` : ''
  return [rows, ...(options.row === 'last' && many ? cutNotes(data) : [])].filter(Boolean).join('. ')
}

/** Good is only what meets its target too; between limit and target nothing is claimed. */
function stateOf(value: number, { better, warn, bad, target }: Options): State {
  const beyond = (limit: number | null | undefined) => typeof limit === 'number' && (better === 'lower' ? value >= limit : value <= limit)
  if (beyond(bad)) return 'bad'
  if (beyond(warn)) return 'warn'
  if (typeof target === 'number' && !isMet(value, target, better)) return ''
  return typeof warn === 'number' || typeof bad === 'number' ? 'good' : ''
}

function isMet(value: number, target: number, better: Options['better']): boolean {
  return better === 'lower' ? value <= target : value >= target
}

function changeOf(value: number, before: number, { better, previous }: Options): { text: string; up: boolean; better: boolean } {
  const by = value - before
  const share = before ? ` (${by > 0 ? '+' : ''}${((by / Math.abs(before)) * 100).toFixed(1)} %)` : ''
  const words = by === 0 ? 'no change' : `${by > 0 ? '+' : '−'}${headline(Math.abs(by))}${share}`
  return { text: `${words} against ${previous ?? `${headline(before)} before`}`, up: by > 0, better: by === 0 || by > 0 === (better !== 'lower') }
}

function targetOf(value: number, options: Options): { text: string; share: number } {
  const target = options.target as number
  const met = isMet(value, target, options.better)
  const share = options.better === 'lower' ? target / value : value / target
  return { text: `${met ? 'Target met' : 'Target'}: ${headline(target)}`, share: Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : Number(met) }
}

/** Oldest first: with the newest in the first row, the rows are read from the end. */
function lineOf(values: Datum[], lastIsNewest: boolean): number[] {
  const all = lastIsNewest ? values.slice(-LONGEST_LINE) : values.slice(0, LONGEST_LINE).reverse()
  const numbers = all.map(numberOf)
  return numbers.filter((each) => !Number.isNaN(each)).length > 2 ? numbers : []
}
