import type { Tokens } from './tokens.ts'

const STEPS = 9

/** Colours from little to much; around zero where values lie on both sides of it. */
export function shades(tokens: Tokens, both: boolean): string[] {
  const [low, high] = [tokens.series[1] as string, tokens.series[0] as string]
  return Array.from({ length: STEPS }, (_, at) => {
    const share = at / (STEPS - 1)
    if (!both) return mix(tokens.grid, high, 0.08 + share * 0.92)
    return share < 0.5 ? mix(tokens.grid, low, 1 - share * 2) : mix(tokens.grid, high, share * 2 - 1)
  })
}

/** The colour of a value between two others. */
export function shadeOf(colors: string[], value: number, low: number, high: number): string {
  const share = high > low ? (value - low) / (high - low) : 1
  return colors[Math.max(0, Math.min(colors.length - 1, Math.floor(share * colors.length)))] as string
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(color: string): string {
  const [red, green, blue] = parts(color).map((each) => ((each / 255) ** 2.2)) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.36 ? '#14181d' : '#ffffff'
}

function mix(from: string, to: string, share: number): string {
  const [a, b] = [parts(from), parts(to)]
  return `#${a.map((each, at) => Math.round(each + ((b[at] as number) - each) * share).toString(16).padStart(2, '0')).join('')}`
}

function parts(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
}
