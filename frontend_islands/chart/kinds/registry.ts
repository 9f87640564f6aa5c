import type { ChartOption } from '../echarts.ts'
import type { Figure } from '../figure.ts'
import type { Options } from '../load.ts'
import type { Tokens } from '../tokens.ts'
import { bar } from './bar.ts'
import { line } from './line.ts'

export interface Kind {
  /** What it is called in the description for screen readers. */
  title: string
  /** Whether x is told apart (bars) rather than run through (lines). */
  even: boolean
  draw(figure: Figure, options: Options, tokens: Tokens, font: string, hidden: Set<string>): ChartOption
}

/** The kinds drawn on a plane; `stat` has its own component and `table` is plumb-grid. */
export const kinds: Record<string, Kind> = {
  line: { title: 'Line chart', even: false, draw: line },
  bar: { title: 'Bar chart', even: true, draw: bar },
}
