import { type Column, isNumeric, isTemporal, titleOf } from '../shared/columns.ts'
import { count, type Datum, exact, words } from '../shared/numbers.ts'
import { arrange } from './categories.ts'
import { stepOf, withGaps } from './gaps.ts'
import type { Setting } from './kind.ts'
import { type Data, numberOf, type Options, pick, ysOf } from './load.ts'
import { type Mark, placed } from './marks.ts'
import { isPartial } from './partial.ts'
import { asShares, withoutLogless } from './scale.ts'
import { type Zone, zoneFor, zoneOf } from './zone.ts'

const MOST_SERIES = 12
const MOST_CATEGORIES = 100

export interface Series {
  name: string
  column: Column
  /** Flat pairs (x, y); x is a moment, a number or the index of a category; a missing y is NaN. */
  points: Float64Array
  /** Whether the right axis is its own. */
  right: boolean
}

/** What a line, area or bar chart draws, and what it has to say about what it does not draw. */
export interface Figure {
  axis: 'time' | 'value' | 'category'
  x: Column
  zone: Zone
  categories: string[]
  series: Series[]
  /** The place of the last period, where it was not over when the data was seen. */
  partial: number | undefined
  /** Annotations that lie on the axis. */
  marks: Mark[]
  notes: string[]
}

/** Rows as series: one for each y, or for each y and value of the series column. `even`: bars, x told apart. */
export function figureOf(data: Data, options: Options, even: boolean, setting: Partial<Setting> = {}): Figure {
  const x = pick(data, options.x as string)
  const zoneName = setting.zone ?? 'UTC'
  const zone = zoneFor(x.column, options.time_zone || zoneName)
  const numbers = isNumeric(x.column.kind)
  const few = even && new Set(x.values).size <= MOST_CATEGORIES
  const axis = isTemporal(x.column.kind) ? 'time' : numbers && !few ? 'value' : 'category'
  const notes = [...cutNotes(data)]
  let { places, categories } = axis === 'category' ? index(x.values, x.column, numbers) : { places: x.values, categories: [] as string[] }
  let other: number | undefined
  if (axis === 'category' && even) {
    const order = arrange(categories, places as number[], ysOf(options).map((name) => pick(data, name).values), options, MOST_CATEGORIES)
    places = (places as number[]).map((place) => order.placeOf[place] as number | null)
    ;({ categories, other } = order)
    if (order.note) notes.push(order.note)
  }
  const rows = order(places as (number | null)[])
  const without = x.values.reduce((sum: number, value) => (value === null ? sum + 1 : sum), 0)
  if (without && axis !== 'category') notes.push(`${count(without, 'row')} without ${titleOf(x.column)} left out.`)
  const groups = groupsOf(data, options, rows)
  const stacked = options.stacked || options.percent
  const shared = stacked || dense(groups.map((group) => group.rows.length), places, rows)
  const all = shared && groups.length > 1 ? distinct(rows, places as number[]) : undefined
  let series = groups.map(({ name, column, values, rows: own }): Series => {
    const points = pointsOf(own, places as number[], values, all, other)
    const right = options.right?.includes(column.name) ?? false
    return { name, column, points: axis === 'time' && !even ? withGaps(points) : points, right }
  })
  if (series.length > MOST_SERIES) {
    notes.push(`The ${MOST_SERIES} largest of ${series.length} series; ${series.length - MOST_SERIES} more are not drawn.`)
    series = largest(series)
  }
  if (options.series && repeats(series)) notes.push('Some points of a series share one place on the x axis.')
  if (options.percent) asShares(series)
  if (options.log) notes.push(...withoutLogless(series))
  const moments = axis === 'time' ? distinct(rows, places as number[]) : []
  const partial = isPartial(moments, zone, setting.asOf) ? moments.at(-1) : undefined
  if (partial !== undefined) notes.push(`The last ${titleOf(x.column)} was not over when the data was read.`)
  const marks = moments.length ? placed(setting.marks ?? { all: [] }, x.column, zone, zoneOf(zoneName), [moments[0] as number, moments.at(-1) as number], stepOf(moments)) : []
  if (setting.marks?.note) notes.push(setting.marks.note)
  if (setting.marks?.all.length && axis !== 'time') notes.push('Nothing is marked: that needs an axis of dates or times.')
  return { axis, x: x.column, zone, categories, series, partial, marks, notes }
}

/** What the result or this chart does not hold. */
export function cutNotes(data: Data): string[] {
  const notes = []
  if (data.cut) notes.push(`Drawn from the first ${exact(Math.min(data.limit, data.row_count))} of ${count(data.row_count, 'row')}.`)
  if (data.range_row_count !== undefined && data.range_row_count > (data.values[0]?.length ?? 0)) {
    notes.push(`${count(data.range_row_count, 'row')}, drawn as the lowest and highest of each step.`)
  }
  if (data.truncated_by) notes.push(`The result is its first ${count(data.row_count, 'row')}: the run reached its limit of ${data.truncated_by}.`)
  return notes
}

/** Texts as indexes of categories, in the order of the result; numbers, which bars take as categories too, by size. */
function index(values: Datum[], column: Column, bySize: boolean): { places: number[]; categories: string[] } {
  const seen = [...new Set(values)]
  if (bySize) seen.sort((a, b) => Number(a ?? Infinity) - Number(b ?? Infinity))
  const at = new Map(seen.map((value, place) => [value, place]))
  return { places: values.map((value) => at.get(value) as number), categories: seen.map((value) => words(value, column)) }
}

/** Rows that have an x, by x. */
function order(places: (number | null)[]): number[] {
  const rows: number[] = []
  let sorted = true
  places.forEach((place, row) => {
    if (place === null || !Number.isFinite(place)) return
    if (rows.length && place < (places[rows.at(-1) as number] as number)) sorted = false
    rows.push(row)
  })
  return sorted ? rows : rows.sort((a, b) => (places[a] as number) - (places[b] as number))
}

interface Group {
  name: string
  column: Column
  values: Datum[]
  rows: number[]
}

function groupsOf(data: Data, options: Options, rows: number[]): Group[] {
  const ys = ysOf(options).map((name) => pick(data, name))
  if (!options.series) return ys.map(({ column, values }) => ({ name: titleOf(column), column, values, rows }))
  const by = pick(data, options.series)
  const parts = new Map<Datum, number[]>()
  by.values.forEach((value) => parts.set(value, []))
  for (const row of rows) parts.get(by.values[row] as Datum)?.push(row)
  return [...parts].flatMap(([value, own]) =>
    ys.map(({ column, values }) => {
      const name = words(value, by.column)
      return { name: ys.length > 1 ? `${name} · ${titleOf(column)}` : name, column, values, rows: own }
    }),
  )
}

/** Whether most series have most places: only then is a place that one lacks a hole and not just another rhythm. */
function dense(sizes: number[], places: Datum[], rows: number[]): boolean {
  const many = new Set(rows.map((row) => places[row])).size
  return sizes.reduce((sum, size) => sum + size, 0) >= many * sizes.length * 0.5
}

function distinct(rows: number[], places: number[]): number[] {
  return [...new Set(rows.map((row) => places[row] as number))]
}

function pointsOf(rows: number[], places: number[], values: Datum[], all?: number[], other?: number): Float64Array {
  const points: number[] = []
  let next = 0
  const put = (row: number) => {
    const place = places[row] as number
    const y = numberOf(values[row])
    if (place !== other || points.at(-2) !== place) points.push(place, y)
    else if (!Number.isNaN(y)) points[points.length - 1] = (points.at(-1) || 0) + y
  }
  if (!all) rows.forEach(put)
  for (const place of all ?? []) {
    if (next >= rows.length || places[rows[next] as number] !== place) points.push(place, NaN)
    while (next < rows.length && places[rows[next] as number] === place) put(rows[next++] as number)
  }
  return Float64Array.from(points)
}

function largest(series: Series[]): Series[] {
  const size = new Map(series.map((one) => [one, total(one.points)]))
  const kept = new Set([...series].sort((a, b) => (size.get(b) as number) - (size.get(a) as number)).slice(0, MOST_SERIES))
  return series.filter((one) => kept.has(one))
}

function total(points: Float64Array): number {
  let sum = 0
  for (let at = 1; at < points.length; at += 2) sum += Math.abs(points[at] as number) || 0
  return sum
}

function repeats(series: Series[]): boolean {
  return series.some(({ points }) => {
    for (let at = 2; at < points.length; at += 2) if (points[at] === points[at - 2]) return true
    return false
  })
}
