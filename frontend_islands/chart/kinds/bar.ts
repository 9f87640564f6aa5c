import type { ChartOption } from '../echarts.ts'
import type { Figure } from '../figure.ts'
import type { Options } from '../load.ts'
import { colorOf, type Tokens } from '../tokens.ts'
import { plane } from './axes.ts'

const MANY = 2000

/** Bars from zero, side by side or stacked. */
export function bar(figure: Figure, options: Options, tokens: Tokens, font: string, hidden: Set<string>): ChartOption {
  const series = figure.series.flatMap(({ name, points }, at) => {
    if (hidden.has(name)) return []
    const { color, again } = colorOf(tokens, at)
    const many = points.length / 2 > MANY
    return {
      type: 'bar',
      color,
      data: points,
      dimensions: ['x', 'y'],
      silent: true,
      barMaxWidth: 56,
      barGap: '8%',
      barCategoryGap: '28%',
      large: many,
      itemStyle: { opacity: again ? 0.6 : 1, borderRadius: many || options.stacked ? 0 : 2 },
      ...(options.stacked ? { stack: 'all' } : {}),
    }
  })
  return { ...plane(figure, tokens, font, true, Boolean(options.stacked)), series }
}
