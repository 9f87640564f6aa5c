import type { ChartOption } from '../echarts.ts'
import type { Figure } from '../figure.ts'
import { lonely } from '../gaps.ts'
import type { Options } from '../load.ts'
import { colorOf, type Tokens } from '../tokens.ts'
import { plane } from './axes.ts'

const FEW = 40

/** Lines with holes where points are missing; a point without neighbours is a dot. */
export function line(figure: Figure, options: Options, tokens: Tokens, font: string, hidden: Set<string>): ChartOption {
  const series = figure.series.flatMap(({ name, points }, at) => {
    if (hidden.has(name)) return []
    const { color, again } = colorOf(tokens, at)
    const few = points.length / 2 <= FEW && figure.series.length <= 4
    const shared = { type: 'line', color, dimensions: ['x', 'y'], silent: true, symbol: 'circle', symbolSize: 5 }
    const drawn = {
      ...shared,
      data: points,
      showSymbol: few,
      sampling: points.length > 6000 && !options.stacked ? 'lttb' : undefined,
      lineStyle: { width: figure.series.length > 4 ? 1.5 : 2, type: again ? 'dashed' : 'solid', join: 'round' },
      ...(options.stacked ? { stack: 'all', areaStyle: { opacity: 0.22 } } : {}),
    }
    const dots = few || options.stacked ? new Float64Array() : lonely(points)
    if (!dots.length) return [drawn]
    return [drawn, { ...shared, data: dots, showSymbol: true, showAllSymbol: true, lineStyle: { width: 0 } }]
  })
  return { ...plane(figure, tokens, font, false, Boolean(options.stacked)), series }
}
