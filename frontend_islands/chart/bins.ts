const MOST = 200

/** Ranges of one width that begin at round numbers; each but the last leaves its upper end to the next. */
export interface Bins {
  from: number
  width: number
  counts: number[]
}

/** How many finite values lie in each range. `wanted`: about so many ranges; without it, as their spread asks for. */
export function binsOf(values: Float64Array, wanted?: number | null): Bins | undefined {
  const sorted = values.filter(Number.isFinite).sort()
  if (!sorted.length) return undefined
  const [low, high] = [sorted[0] as number, sorted.at(-1) as number]
  if (low === high) return { from: low - 0.5, width: 1, counts: [sorted.length] }
  const many = wanted ?? usual(sorted)
  let width = round((high - low) / many)
  if (sorted.every(Number.isInteger)) width = Math.max(1, Math.round(width))
  const from = Math.floor(low / width) * width
  const counts = new Array<number>(Math.floor((high - from) / width) + 1).fill(0)
  for (const value of sorted) {
    const at = Math.min(Math.floor((value - from) / width), counts.length - 1)
    counts[at] = (counts[at] as number) + 1
  }
  return { from, width, counts }
}

/** Freedman and Diaconis' rule (1981): twice the middle half's reach by the cube root of how many there are. */
function usual(sorted: Float64Array): number {
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] as number
  const width = (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length)
  const reach = at(1) - at(0)
  return Math.min(Math.max(width > 0 ? reach / width : 20, 5), Math.min(60, MOST))
}

/** The nearest of 1, 2, 2.5 and 5 times a power of ten. */
function round(width: number): number {
  const size = 10 ** Math.floor(Math.log10(width))
  const steps = [1, 2, 2.5, 5, 10].map((each) => each * size)
  return steps.reduce((best, each) => (Math.abs(Math.log(each / width)) < Math.abs(Math.log(best / width)) ? each : best))
}
