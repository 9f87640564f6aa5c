/** Share of steps that must be alike before one that is longer counts as a hole; weekdays alone are 80 %. */
const ALIKE = 0.9
const TOLERANCE = 0.15

/** The usual distance of sorted moments where there is one (days, months of 28 to 31 days), else nothing. */
export function stepOf(xs: ArrayLike<number>): number | undefined {
  if (xs.length < 4) return undefined
  const steps = new Float64Array(xs.length - 1)
  for (let at = 1; at < xs.length; at++) steps[at - 1] = (xs[at] as number) - (xs[at - 1] as number)
  const sorted = steps.slice().sort()
  const median = sorted[sorted.length >> 1] as number
  if (!(median > 0)) return undefined
  let alike = 0
  for (const step of steps) if (Math.abs(step - median) <= median * TOLERANCE) alike++
  return alike / steps.length >= ALIKE ? median : undefined
}

/** Points as flat pairs (x, y) with a missing point put into each hole, so that no line is drawn across it. */
export function withGaps(points: Float64Array): Float64Array {
  const many = points.length / 2
  const xs = new Float64Array(many)
  for (let at = 0; at < many; at++) xs[at] = points[at * 2] as number
  const step = stepOf(xs)
  if (!step) return points
  const filled: number[] = []
  for (let at = 0; at < many; at++) {
    if (at && (xs[at] as number) - (xs[at - 1] as number) > step * 1.5) filled.push((xs[at - 1] as number) + step, NaN)
    filled.push(xs[at] as number, points[at * 2 + 1] as number)
  }
  return filled.length === points.length ? points : Float64Array.from(filled)
}

/** The points of flat pairs that have no neighbour to be joined to; a line alone would not show them. */
export function lonely(points: Float64Array): Float64Array {
  const alone: number[] = []
  for (let at = 1; at < points.length; at += 2) {
    if (Number.isNaN(points[at])) continue
    const before = at < 2 || Number.isNaN(points[at - 2])
    const after = at + 2 >= points.length || Number.isNaN(points[at + 2])
    if (before && after) alone.push(points[at - 1] as number, points[at] as number)
  }
  return Float64Array.from(alone)
}
