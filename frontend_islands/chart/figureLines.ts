import type { ChartOption } from './echarts.ts'
import type { Figure } from './figure.ts'
import { lonely } from './gaps.ts'
import type { Look } from './kind.ts'
import type { Options } from './load.ts'
import { over, plane } from './plane.ts'
import { colorOf } from './tokens.ts'

const FEW = 40
const MANY = 6000

/** Lines with holes where points are missing; a point without neighbours is a dot; what is not over is dashed. */
export function lines(figure: Figure, options: Options, look: Look, hidden: Set<string>, filled: boolean): ChartOption {
  const stacked = Boolean(options.stacked || options.percent)
  const series = figure.series.flatMap(({ name, points, right }, at) => {
    if (hidden.has(name)) return []
    const { color, again } = colorOf(look.tokens, at)
    const few = points.length / 2 <= FEW && figure.series.length <= 4
    const width = figure.series.length > 4 ? 1.5 : 2
    const shared = {
      type: 'line', color, dimensions: ['x', 'y'], silent: true, symbol: 'circle', symbolSize: 5, yAxisIndex: right ? 1 : 0,
    }
    const open = !stacked && points.at(-2) === figure.partial && points.length >= 4
    const drawn = {
      ...shared,
      data: open ? points.slice(0, -2) : points,
      showSymbol: few && !filled,
      sampling: points.length > MANY * 2 && !stacked ? 'lttb' : undefined,
      lineStyle: { width, type: again ? 'dashed' : 'solid', join: 'round' },
      ...(stacked ? { stack: right ? 'right' : 'all' } : {}),
      ...(filled || stacked ? { areaStyle: { opacity: stacked ? 0.55 : 0.16 } } : {}),
    }
    const last = { ...shared, data: points.slice(-4), showSymbol: few, symbol: 'emptyCircle', lineStyle: { width, type: [3, 4] } }
    const dots = few || stacked ? new Float64Array() : lonely(points)
    const dotted = { ...shared, data: dots, showSymbol: true, showAllSymbol: true, lineStyle: { width: 0 } }
    return [drawn, ...(open ? [last] : []), ...(dots.length ? [dotted] : [])]
  })
  return { ...plane(figure, options, look, false), series: [...series, ...over(figure, options, look)] }
}
