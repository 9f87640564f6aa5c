import { ScatterChart } from 'echarts/charts'
import { isTemporal } from '../../shared/columns.ts'
import { count, exact, words } from '../../shared/numbers.ts'
import { type ChartOption, use } from '../echarts.ts'
import { type Figure, figureOf } from '../figure.ts'
import type { Drawing, Kind, Look, Said } from '../kind.ts'
import { type Data, numberOf, type Options, pick, ysOf } from '../load.ts'
import { momentIn } from '../moment.ts'
import { over, plane } from '../plane.ts'
import { planeColumns } from '../planeColumns.ts'
import { extentOf } from '../scale.ts'
import { colorOf } from '../tokens.ts'

use([ScatterChart])

const MANY = 3000
const [SMALLEST, LARGEST] = [4, 22]

/** A point for each row. */
export default {
  title: 'Scatter chart',
  columns: (options) => [...planeColumns(options), options.size, options.point],
  draw(data, options, setting): Drawing {
    const figure = figureOf(data, { ...options, stacked: false }, false, { ...setting, asOf: undefined })
    figure.notes = figure.notes.filter((note) => !note.startsWith('Some points'))
    const rows = rowsOf(data, options, figure)
    const [low, high] = extentOf(figure.series.map(({ points }) => points))
    return {
      legend: figure.series.map(({ name }, at) => ({ name, color: at })),
      heading: figure.series[0]?.name ?? '',
      notes: figure.notes,
      summary: `${count(data.values[0]?.length ?? 0, 'row')}. ${low > high ? 'No values' : `From ${exact(low)} to ${exact(high)}`}`,
      ...(low > high ? { empty: 'All values are NULL.' } : {}),
      paint: (look, hidden) => paint(figure, options, look, hidden, rows),
      of: (series, index) => said(data, options, figure, rows, series, index),
    }
  },
} satisfies Kind

/** A mark: x, y, size in pixels, number of its row. */
type Mark = [number, number, number, number]

function rowsOf(data: Data, options: Options, figure: Figure): Mark[][] {
  const x = pick(data, options.x as string)
  const sizes = options.size ? pick(data, options.size).values.map(numberOf) : undefined
  const largest = sizes?.reduce((most, size) => (size > most ? size : most), 0) || 1
  const by = options.series ? pick(data, options.series) : undefined
  return figure.series.map(({ name, column }) => {
    const { values } = pick(data, column.name)
    const marks: Mark[] = []
    values.forEach((value, row) => {
      const whose = by ? words(by.values[row], by.column) : column.name
      if (by && name !== whose && name !== `${whose} · ${column.name}`) return
      const [left, y] = [numberOf(x.values[row]), numberOf(value)]
      if (Number.isNaN(left) || Number.isNaN(y) || (options.log && y <= 0)) return
      const size = sizes ? SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(sizes[row] || 0, 0) / largest) : 0
      marks.push([left, y, size, row])
    })
    return marks
  })
}

function paint(figure: Figure, options: Options, look: Look, hidden: Set<string>, rows: Mark[][]): ChartOption {
  const many = rows.reduce((sum, marks) => sum + marks.length, 0)
  const usual = many > MANY ? 3 : many > 300 ? 5 : 8
  const series = figure.series.map(({ name }, at) => ({
    type: 'scatter',
    color: colorOf(look.tokens, at).color,
    data: hidden.has(name) ? [] : rows[at],
    symbolSize: options.size ? (mark: Mark) => mark[2] : usual,
    large: many > MANY && !options.size,
    itemStyle: { opacity: many > MANY ? 0.45 : 0.66 },
    emphasis: { disabled: true },
  }))
  return { ...plane(figure, options, look, false), series: [...series, ...over(figure, options, look)] }
}

function said(data: Data, options: Options, figure: Figure, rows: Mark[][], series: number, index: number): Said | undefined {
  const mark = rows[series]?.[index]
  const own = figure.series[series]
  if (!mark || !own) return undefined
  const row = mark[3]
  const named = options.point ? pick(data, options.point) : undefined
  const x = isTemporal(figure.x.kind) ? momentIn(figure.zone, mark[0], figure.x) : exact(mark[0])
  const size = options.size && !ysOf(options).includes(options.size) ? pick(data, options.size) : undefined
  return {
    title: named ? words(named.values[row], named.column) : own.name,
    rows: [
      { name: figure.x.name, text: x },
      { entry: series, name: own.name, text: exact(mark[1]) },
      ...(size ? [{ name: size.column.name, text: words(size.values[row], size.column) }] : []),
    ],
  }
}
