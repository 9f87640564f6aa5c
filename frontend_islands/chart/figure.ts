import { type Column, isNumeric, isTemporal } from '../shared/columns.ts'
import { count, type Datum, exact, words } from '../shared/numbers.ts'
import { withGaps } from './gaps.ts'
import { type Data, type Options, pick } from './load.ts'

const MOST_SERIES = 12
const MOST_CATEGORIES = 100

export interface Series {
  name: string
  column: Column
  /** Flat pairs (x, y); x is a moment, a number or the index of a category; a missing y is NaN. */
  points: Float64Array
}

/** What a line or bar chart draws, and what it has to say about what it does not draw. */
export interface Figure {
  axis: 'time' | 'value' | 'category'
  x: Column
  categories: string[]
  series: Series[]
  notes: string[]
}

/** Rows as series: one for each y, or for each y and value of the series column. `even`: bars, x told apart. */
export function figureOf(data: Data, options: Options, even: boolean): Figure {
  const x = pick(data, options.x as string)
  const numbers = isNumeric(x.column.kind)
  const few = even && new Set(x.values).size <= MOST_CATEGORIES
  const axis = isTemporal(x.column.kind) ? 'time' : numbers && !few ? 'value' : 'category'
  const notes: string[] = []
  if (data.cut) notes.push(`Drawn from the first ${exact(x.values.length)} of ${count(data.row_count, 'row')}.`)
  const { places, categories } = axis === 'category' ? index(x.values, x.column, numbers) : { places: x.values, categories: [] }
  let rows = order(places as (number | null)[])
  const without = x.values.length - rows.length
  if (without) notes.push(`${count(without, 'row')} without ${x.column.name} left out.`)
  if (categories.length > MOST_CATEGORIES && even) {
    notes.push(`The first ${MOST_CATEGORIES} of ${count(categories.length, 'category', 'categories')}.`)
    rows = rows.filter((row) => (places[row] as number) < MOST_CATEGORIES)
    categories.length = MOST_CATEGORIES
  }
  const groups = groupsOf(data, options, rows)
  const shared = options.stacked || dense(groups.map((group) => group.rows.length), places, rows)
  const all = shared && groups.length > 1 ? distinct(rows, places as number[]) : undefined
  let series = groups.map(({ name, column, values, rows: own }) => {
    const points = pointsOf(own, places as number[], values, all)
    return { name, column, points: axis === 'time' && !even ? withGaps(points) : points }
  })
  if (series.length > MOST_SERIES) {
    notes.push(`The ${MOST_SERIES} largest of ${series.length} series; ${series.length - MOST_SERIES} more are not drawn.`)
    series = largest(series)
  }
  if (options.series && repeats(series)) notes.push('Some points of a series share one place on the x axis.')
  return { axis, x: x.column, categories, series, notes }
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
  const ys = (options.y ?? []).map((name) => pick(data, name))
  if (!options.series) return ys.map(({ column, values }) => ({ name: column.name, column, values, rows }))
  const by = pick(data, options.series)
  const parts = new Map<Datum, number[]>()
  by.values.forEach((value) => parts.set(value, []))
  for (const row of rows) parts.get(by.values[row] as Datum)?.push(row)
  return [...parts].flatMap(([value, own]) =>
    ys.map(({ column, values }) => {
      const name = words(value, by.column)
      return { name: ys.length > 1 ? `${name} · ${column.name}` : name, column, values, rows: own }
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

function pointsOf(rows: number[], places: number[], values: Datum[], all?: number[]): Float64Array {
  const points: number[] = []
  let next = 0
  const put = (row: number) => points.push(places[row] as number, numberOf(values[row]))
  if (!all) rows.forEach(put)
  for (const place of all ?? []) {
    if (next >= rows.length || places[rows[next] as number] !== place) points.push(place, NaN)
    while (next < rows.length && places[rows[next] as number] === place) put(rows[next++] as number)
  }
  return Float64Array.from(points)
}

function numberOf(value: Datum | undefined): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === null || value === undefined || value === '' ? NaN : Number(value)
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
