import type { Column } from '../shared/columns.ts'
import { fetchJson, withParameters } from '../shared/http.ts'
import type { Datum } from '../shared/numbers.ts'

export interface ReferenceLine {
  value: number
  label: string
}

/** The options of all kinds; which of them a kind has, its model on the server says. */
export interface Options {
  x?: string
  y?: string | string[]
  series?: string | null
  stacked?: boolean
  percent?: boolean
  horizontal?: boolean
  right?: string[]
  log?: boolean
  lines?: ReferenceLine[]
  time_zone?: string | null
  sort?: 'result' | 'largest' | 'smallest' | 'name'
  top?: number | null
  other?: boolean
  size?: string | null
  point?: string | null
  value?: string
  bins?: number | null
  start?: string
  end?: string | null
  state?: string
  lane?: string | null
  lat?: string | null
  lon?: string | null
  region?: string | null
  shows?: 'data' | 'world'
  within?: string
  label?: string | null
  unit?: string | null
  row?: 'first' | 'last'
  trend?: boolean
  previous?: string | null
  target?: number | null
  better?: 'higher' | 'lower'
  warn?: number | null
  bad?: number | null
}

export interface Props {
  kind: string
  options?: Options
  columns?: Column[]
  row_count?: number
  zone?: string
  as_of?: number | null
}

/** Columns of a result, each with all its values. `cut`: there were more rows than `limit`. */
export interface Data {
  columns: Column[]
  values: Datum[][]
  row_count: number
  limit: number
  cut: boolean
  /** Why the run stopped before the end of its rows, where it did. */
  truncated_by?: string | null
  /** So many rows lie in the range; what came is what is seen of them. */
  range_row_count?: number
}

/** A part of the x axis: numbers, or epoch milliseconds. */
export type Range = [number, number]

/** The names that are given, each once. Throws with a sentence for one that the result has not. */
export function present(names: (string | null | undefined)[], columns: Column[] | undefined): string[] {
  const chosen = [...new Set(names.filter((name): name is string => Boolean(name)))]
  const gone = columns && chosen.find((name) => !columns.some((column) => column.name === name))
  if (gone) throw new Error(`The result has no column “${gone}” any more. Choose another one.`)
  return chosen
}

/** What came with the page, where it has all that is wanted. */
export function inPage(host: HTMLElement, names: readonly string[]): Data | undefined {
  const text = host.querySelector(':scope > script[data-result]')?.textContent
  const data = text ? (JSON.parse(text) as Data) : undefined
  return data && names.every((name) => data.columns.some((column) => column.name === name)) ? data : undefined
}

export function load(src: string, names: string[], signal: AbortSignal): Promise<Data> {
  return fetchJson<Data>(withParameters(src, names.map((name) => ['column', name])), signal)
}

/** What is seen of lines over all rows, or over those within the range. */
export async function loadSeen(src: string, options: Options, range: Range | undefined, signal: AbortSignal): Promise<Data> {
  const pairs: [string, string | number][] = [['x', options.x as string], ...ysOf(options).map((name): [string, string] => ['y', name])]
  if (options.series) pairs.push(['series', options.series])
  if (range) pairs.push(['from', range[0]], ['to', range[1]])
  const seen = await fetchJson<Data>(withParameters(src, pairs), signal)
  return { ...seen, limit: seen.row_count, cut: false }
}

/** The rows whose x lies in the range. */
export function within(data: Data, x: string, [low, high]: Range): Data {
  const places = pick(data, x).values
  const kept = places.flatMap((place, row) => (typeof place === 'number' && place >= low && place <= high ? [row] : []))
  return { ...data, values: data.values.map((values) => kept.map((row) => values[row] as Datum)) }
}

/** One column with its values. Throws with a sentence where it is not there. */
export function pick(data: Data, name: string): { column: Column; values: Datum[] } {
  const at = data.columns.findIndex((column) => column.name === name)
  if (at < 0) throw new Error(`The result has no column “${name}” any more. Choose another one.`)
  return { column: data.columns[at] as Column, values: data.values[at] ?? [] }
}

/** A value as a number; what is none is NaN. */
export function numberOf(value: Datum | undefined): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === null || value === undefined || value === '' ? NaN : Number(value)
}

/** The columns of y, also where there is one only. */
export function ysOf(options: Options): string[] {
  return typeof options.y === 'string' ? [options.y] : (options.y ?? [])
}
