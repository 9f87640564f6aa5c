import type { Range } from './load.ts'

const CLOSER = 0.5
const STEP = 0.5

/** The middle half of what is seen. */
export function closer([low, high]: Range): Range {
  const margin = ((high - low) * (1 - CLOSER)) / 2
  return [low + margin, high - margin]
}

/** Twice as much, but not beyond the whole; nothing where that is the whole. */
export function wider([low, high]: Range, whole: Range): Range | undefined {
  const margin = (high - low) * (1 / CLOSER - 1) * 0.5
  const found: Range = [Math.max(low - margin, whole[0]), Math.min(high + margin, whole[1])]
  return found[0] <= whole[0] && found[1] >= whole[1] ? undefined : found
}

/** As much as now, half of it further on; up to the ends of the whole. */
export function beside([low, high]: Range, whole: Range, direction: -1 | 1): Range {
  const by = direction < 0 ? Math.max((low - high) * STEP, whole[0] - low) : Math.min((high - low) * STEP, whole[1] - high)
  return [low + by, high + by]
}
