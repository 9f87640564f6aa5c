import { titleOf } from '../shared/columns.ts'
import { count, exact } from '../shared/numbers.ts'
import type { ChartOption } from './echarts.ts'
import type { Figure } from './figure.ts'
import type { Drawing, Look, Row } from './kind.ts'
import type { Data, Options } from './load.ts'
import { momentIn } from './moment.ts'
import { extentOf, spanOf } from './scale.ts'

const MOST_SAID = 12

type Paint = (figure: Figure, options: Options, look: Look, hidden: Set<string>) => ChartOption

/** A figure with its legend, its words and its tip, painted by its kind. */
export function drawingOf(data: Data, figure: Figure, options: Options, paint: Paint): Drawing {
  const { series } = figure
  const empty = series.every(({ points }) => points.every((y, at) => at % 2 === 0 || Number.isNaN(y)))
  return {
    legend: series.map(({ name, right }, at) => ({ name, color: at, ...(right ? { side: 'right axis' } : {}) })),
    heading: series[0]?.name ?? '',
    notes: figure.notes,
    summary: `${count(data.values[0]?.length ?? 0, 'row')}. ${series.map(({ name, points }) => `${name} ${extent(points)}`).join('; ')}${markedWords(figure)}`,
    ...(empty ? { empty: 'All values are NULL.' } : {}),
    paint: (look, hidden) => paint(figure, options, look, hidden),
    along: {
      down: Boolean(options.horizontal),
      ...(figure.axis !== 'category' && !options.horizontal ? { span: spanOf(series.map(({ points }) => points)) } : {}),
      points: (hidden) => series.map(({ name, points }) => (hidden.has(name) ? new Float64Array() : points)),
      said: (place, hidden) => ({ title: placeOf(figure, place), rows: [...rowsAt(figure, options, place, hidden), ...marksAt(figure, place)] }),
    },
  }
}

function placeOf({ axis, categories, zone, x, partial }: Figure, place: number): string {
  if (axis === 'category') return categories[place] ?? ''
  if (axis === 'value') return `${titleOf(x)} ${exact(place)}`
  return momentIn(zone, place, x) + (place === partial ? ', not over yet' : '')
}

function rowsAt(figure: Figure, options: Options, place: number, hidden: Set<string>): Row[] {
  return figure.series.flatMap(({ name, points }, entry) => {
    if (hidden.has(name)) return []
    const at = firstAt(points, place)
    if (at < 0) return []
    const y = points[at + 1] as number
    const text = Number.isNaN(y) ? 'no value' : options.percent ? `${y.toFixed(1)} %` : exact(y)
    return [{ entry, name, text }]
  })
}

/** Marks that belong to a place: bands over it, and moments to which no other place is nearer. */
function marksAt({ marks, series, x, zone }: Figure, place: number): Row[] {
  if (!marks.length) return []
  const near = (moment: number) => series.every(({ points }) => {
    const at = firstAt(points, place)
    if (at < 0) return true
    const [before, after] = [points[at - 2] ?? -Infinity, points[at + 2] ?? Infinity]
    return moment >= (before + place) / 2 && moment < (place + after) / 2
  })
  return marks
    .filter(({ from, to }) => near(from) || (to !== undefined && from <= place && place <= to))
    .map(({ from, to, text }) => ({ name: text || 'marked', text: to === undefined ? momentIn(zone, from, x) : `until ${momentIn(zone, to, x)}` }))
}

function markedWords({ marks, x, zone }: Figure): string {
  if (!marks.length) return ''
  const said = marks.slice(0, MOST_SAID).map(({ from, text }) => `${text || 'marked'} at ${momentIn(zone, from, x)}`)
  return `. Marked: ${said.join(', ')}${marks.length > said.length ? ` and ${marks.length - said.length} more` : ''}`
}

/** Index of the pair at this place, by halving; -1 where there is none. */
function firstAt(points: Float64Array, place: number): number {
  let [low, high] = [0, points.length / 2]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle * 2] as number) < place) low = middle + 1
    else high = middle
  }
  return points[low * 2] === place ? low * 2 : -1
}

function extent(points: Float64Array): string {
  const [low, high] = extentOf([points])
  return low > high ? 'has no values' : `from ${exact(low)} to ${exact(high)}`
}
