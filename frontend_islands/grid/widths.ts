import type { Placed } from './layout.ts'
import { show } from './cells.ts'
import type { Row } from './rowCache.ts'

export const NARROWEST = 48
const WIDEST_AT_FIRST = 320
const WIDEST_FITTED = 900
/** Space that a cell's padding and its grip take. */
const AROUND = 26
/** What a name has beside it: the menu, and the mark of a sort. */
const BESIDE_NAME = 34
/** Texts measured for all columns together; more would be felt with hundreds of columns. */
const MEASURED = 6000

export interface Fonts {
  name: string
  type: string
  cell: string
  code: string
}

/** The fonts in which this element shows names, types and cells. */
export function fontsOf(element: HTMLElement): Fonts {
  const style = getComputedStyle(element)
  const code = style.getPropertyValue('--font-mono') || 'monospace'
  const size = Number.parseFloat(style.fontSize)
  return {
    name: `600 ${size}px ${style.fontFamily}`,
    type: `${size * 0.85}px ${style.fontFamily}`,
    cell: `${size}px ${style.fontFamily}`,
    code: `${size * 0.92}px ${code}`,
  }
}

let canvas: CanvasRenderingContext2D | null | undefined

/** Widths in pixels that suit names, types and the given rows. */
export function firstWidths(columns: readonly Placed[], rows: Row[], fonts: Fonts): number[] {
  const sample = rows.slice(0, Math.max(Math.floor(MEASURED / Math.max(columns.length, 1)), 5))
  return columns.map((column) => widthOf(column, sample, fonts, WIDEST_AT_FIRST))
}

/** The width at which the given rows of one column are shown in full, within reason. */
export function fittedWidth(column: Placed, rows: Row[], fonts: Fonts): number {
  return widthOf(column, rows, fonts, WIDEST_FITTED)
}

function widthOf(column: Placed, rows: Row[], fonts: Fonts, widest: number): number {
  let width = Math.max(measure(column.name, fonts.name) + BESIDE_NAME, measure(column.type, fonts.type) + 18)
  for (const row of rows) {
    const shown = show(row[column.position], column.kind)
    const font = shown.look === 'code' ? fonts.code : fonts.cell
    width = Math.max(width, measure(shown.text, font) + (shown.look === 'null' ? 8 : 0))
    if (width > widest) break
  }
  return Math.round(Math.min(Math.max(width + AROUND, NARROWEST + 12), widest))
}

function measure(text: string, font: string): number {
  canvas ??= document.createElement('canvas').getContext('2d')
  if (!canvas) return text.length * 8
  if (canvas.font !== font) canvas.font = font
  return canvas.measureText(text).width
}
