import { isDark, readColors, themeNow } from '../shared/theme.ts'

const LIGHT = ['#2f6fdb', '#d9662b', '#1f9d76', '#8a5cd1', '#c4417f', '#a17c12', '#2391a8', '#6b7785']
const DARK = ['#7aa7ff', '#f29a63', '#5fd0a6', '#bb98f5', '#f086b4', '#dcb84e', '#66c7dc', '#a3afbc']

export interface Tokens {
  series: string[]
  axis: string
  grid: string
  text: string
  /** For what is read first. */
  strong: string
  /** What the chart lies on. */
  surface: string
  good: string
  warn: string
  bad: string
}

let kept: { theme: string; tokens: Tokens } | undefined

/** The colours of charts as they hold on the page now, ready for a canvas; the same object until they change. */
export function readTokens(): Tokens {
  const theme = themeNow()
  if (kept?.theme !== theme) kept = { theme, tokens: ask() }
  return kept.tokens
}

function ask(): Tokens {
  const dark = isDark()
  const fallback = dark ? DARK : LIGHT
  const names = fallback.map((color, at): [string, string] => [`${at}`, `var(--chart-${at + 1}, ${color})`])
  const { axis, grid, text, strong, surface, good, warn, bad, ...series } = readColors(document.body, {
    ...Object.fromEntries(names),
    axis: `var(--chart-axis, ${dark ? '#4a545e' : '#b4bcc5'})`,
    grid: `var(--chart-grid, ${dark ? '#272e35' : '#eceff2'})`,
    text: `var(--chart-text, ${dark ? '#9aa5b1' : '#5c6670'})`,
    strong: `var(--text, ${dark ? '#eef1f4' : '#1c2127'})`,
    surface: `var(--surface-raised, ${dark ? '#1b2026' : '#ffffff'})`,
    good: `var(--success, ${dark ? '#5fd0a6' : '#1f7d5c'})`,
    warn: `var(--warning, ${dark ? '#dcb84e' : '#8f6400'})`,
    bad: `var(--danger, ${dark ? '#ff9d94' : '#b3261e'})`,
  } as Record<string, string>)
  return { series: Object.values(series), axis, grid, text, strong, surface, good, warn, bad } as Tokens
}

/** The colour of a series; past the eighth they come again, and `again` says so: those are dashed. */
export function colorOf(tokens: Tokens, at: number): { color: string; again: boolean } {
  return { color: tokens.series[at % tokens.series.length] as string, again: at >= tokens.series.length }
}
