import { isDark, readColors } from '../shared/theme.ts'

const LIGHT = ['#2f6fdb', '#d9662b', '#1f9d76', '#8a5cd1', '#c4417f', '#a17c12', '#2391a8', '#6b7785']
const DARK = ['#7aa7ff', '#f29a63', '#5fd0a6', '#bb98f5', '#f086b4', '#dcb84e', '#66c7dc', '#a3afbc']

export interface Tokens {
  series: string[]
  axis: string
  grid: string
  text: string
}

/** The chart's colours as they hold at `element` now, ready for a canvas. */
export function readTokens(element: Element): Tokens {
  const dark = isDark()
  const fallback = dark ? DARK : LIGHT
  const names = fallback.map((color, at): [string, string] => [`${at}`, `var(--chart-${at + 1}, ${color})`])
  const { axis, grid, text, ...series } = readColors(element, {
    ...Object.fromEntries(names),
    axis: `var(--chart-axis, ${dark ? '#4a545e' : '#b4bcc5'})`,
    grid: `var(--chart-grid, ${dark ? '#272e35' : '#eceff2'})`,
    text: `var(--chart-text, ${dark ? '#9aa5b1' : '#5c6670'})`,
  } as Record<string, string>)
  return { series: Object.values(series), axis, grid, text } as Tokens
}

/** The colour of a series; past the eighth they come again, and `again` says so: those are dashed. */
export function colorOf(tokens: Tokens, at: number): { color: string; again: boolean } {
  return { color: tokens.series[at % tokens.series.length] as string, again: at >= tokens.series.length }
}
