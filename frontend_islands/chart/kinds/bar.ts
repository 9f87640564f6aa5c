import { BarChart } from 'echarts/charts'
import { type ChartOption, use } from '../echarts.ts'
import { type Figure, figureOf } from '../figure.ts'
import { drawingOf } from '../figureDrawing.ts'
import type { Kind, Look } from '../kind.ts'
import type { Options } from '../load.ts'
import { over, plane } from '../plane.ts'
import { planeColumns } from '../planeColumns.ts'
import { colorOf } from '../tokens.ts'

use([BarChart])

const MANY = 2000

/** Bars from zero, side by side or stacked, standing or lying. */
export default {
  title: 'Bar chart',
  columns: planeColumns,
  draw: (data, options, setting) => drawingOf(data, figureOf(data, options, true, setting), options, bars),
} satisfies Kind

function bars(figure: Figure, options: Options, look: Look, hidden: Set<string>): ChartOption {
  const stacked = Boolean(options.stacked || options.percent)
  const series = figure.series.flatMap(({ name, points, right }, at) => {
    if (hidden.has(name)) return []
    const { color, again } = colorOf(look.tokens, at)
    const many = points.length / 2 > MANY
    return {
      type: 'bar',
      color,
      data: figure.partial === undefined || many ? points : marked(points, figure.partial, color),
      dimensions: ['place', 'value'],
      encode: options.horizontal ? { x: 'value', y: 'place' } : { x: 'place', y: 'value' },
      silent: true,
      [options.horizontal ? 'xAxisIndex' : 'yAxisIndex']: right ? 1 : 0,
      barMaxWidth: options.horizontal ? 28 : 56,
      barGap: '8%',
      barCategoryGap: '28%',
      large: many,
      itemStyle: { opacity: again ? 0.6 : 1, borderRadius: many || stacked ? 0 : 2 },
      ...(stacked ? { stack: right ? 'right' : 'all' } : {}),
    }
  })
  return { ...plane(figure, options, look, true), series: [...series, ...over(figure, options, look)] }
}

/** Points one by one, the last period hatched. */
function marked(points: Float64Array, partial: number, color: string): object[] {
  return Array.from({ length: points.length / 2 }, (_, at) => {
    const value = [points[at * 2] as number, points[at * 2 + 1] as number]
    if (value[0] !== partial) return { value }
    const hatched = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color }
    return { value, itemStyle: { color: `${color}33`, borderColor: color, borderWidth: 1, borderType: [3, 3], decal: hatched } }
  })
}
