import { CustomChart, LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'
import { compact, count, exact } from '../../shared/numbers.ts'
import { type Bins, binsOf } from '../bins.ts'
import { type ChartOption, use } from '../echarts.ts'
import { cutNotes } from '../figure.ts'
import type { Drawing, Kind, Look } from '../kind.ts'
import { numberOf, type Options, pick } from '../load.ts'

use([CustomChart, LineChart, GridComponent, MarkLineComponent])

/** A bar for each range of values, as high as there are rows in it. */
export default {
  title: 'Histogram',
  columns: ({ value }) => {
    if (!value) throw new Error('Choose the column of the values.')
    return [value]
  },
  draw(data, options): Drawing {
    const values = Float64Array.from(pick(data, options.value as string).values, numberOf)
    const bins = binsOf(values, options.bins)
    const many = bins?.counts.reduce((sum, each) => sum + each, 0) ?? 0
    const notes = cutNotes(data)
    if (many < values.length) notes.push(`${count(values.length - many, 'row')} without a value left out.`)
    return {
      legend: [],
      heading: `Rows by ${options.value}`,
      notes,
      summary: bins ? `${count(many, 'value')} from ${exact(bins.from)} on, in ${count(bins.counts.length, 'range')} of ${exact(bins.width)}` : 'No values',
      ...(bins ? {} : { empty: 'All values are NULL.' }),
      paint: (look) => paint(bins ?? { from: 0, width: 1, counts: [] }, options, look),
      of: (series, index) => {
        const rows = series === 0 ? bins?.counts[index] : undefined
        if (rows === undefined || !bins) return undefined
        const [from, to] = [bins.from + index * bins.width, bins.from + (index + 1) * bins.width]
        const share = `${((rows / many) * 100).toFixed(1)} %`
        return { title: `${near(from)} to under ${near(to)}`, rows: [{ name: 'rows', text: exact(rows) }, { name: 'of all', text: share }] }
      },
    }
  },
} satisfies Kind

/** Without the dust of adding fractions. */
function near(value: number): string {
  return exact(Number(value.toPrecision(12)))
}

function paint({ from, width, counts }: Bins, options: Options, look: Look): ChartOption {
  const { tokens, font } = look
  const label = { color: tokens.text, fontFamily: font, fontSize: 11, hideOverlap: true }
  const lines = options.lines ?? []
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: { left: 4, right: 12, top: 10, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'value', scale: true, min: from, max: from + width * counts.length,
      axisLabel: { ...label, formatter: compact }, axisLine: { onZero: false, lineStyle: { color: tokens.axis } }, axisTick: { lineStyle: { color: tokens.axis } }, splitLine: { show: false },
    },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 4, axisLabel: { ...label, formatter: compact }, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: tokens.grid } } },
    series: [
      {
        type: 'custom',
        data: counts.map((many, at) => [from + at * width, many, from + (at + 1) * width]),
        encode: { x: [0, 2], y: 1 },
        renderItem: (_: unknown, api: { value(at: number): number; coord(at: number[]): number[] }) => {
          const [left, top] = api.coord([api.value(0), api.value(1)]) as [number, number]
          const [right, bottom] = api.coord([api.value(2), 0]) as [number, number]
          const gap = right - left > 4 ? 1 : 0
          return { type: 'rect', shape: { x: left + gap / 2, y: top, width: Math.max(right - left - gap, 0.5), height: bottom - top }, style: { fill: tokens.series[0] } }
        },
      },
      {
        type: 'line',
        silent: true,
        data: [],
        markLine: {
          silent: true, symbol: 'none', animation: false, precision: 10,
          lineStyle: { color: tokens.text, type: [4, 3], width: 1 },
          label: { position: 'insideEndTop', color: tokens.text, fontFamily: font, fontSize: 11, formatter: ({ name }: { name: string }) => name },
          data: lines.map(({ value, label }) => ({ name: label || compact(value), xAxis: value })),
        },
      },
    ],
  }
}
