import type { ECharts } from './echarts.ts'
import type { Figure } from './figure.ts'

const MOST_ROWS = 12

/** What lies under the pointer: a place on x and the values there. Lengths in pixels of the plot. */
export interface Pointed {
  x: number
  left: number
  top: number
  width: number
  rows: { at: number; y: number }[]
}

/** The place on x nearest to a pixel, with each shown series' value there; nothing outside the axes. */
export function pointAt(chart: ECharts, figure: Figure, hidden: Set<string>, left: number, top: number): Pointed | undefined {
  if (!chart.containPixel({ gridIndex: 0 }, [left, top])) return undefined
  const wanted = chart.convertFromPixel({ xAxisIndex: 0 }, left) as unknown as number
  let x: number | undefined
  for (const { name, points } of figure.series) {
    if (hidden.has(name)) continue
    const at = nearest(points, wanted)
    if (at >= 0 && (x === undefined || Math.abs((points[at] as number) - wanted) < Math.abs(x - wanted))) x = points[at]
  }
  if (x === undefined) return undefined
  const rows: Pointed['rows'] = []
  for (const [at, { name, points }] of figure.series.entries()) {
    const place: number = hidden.has(name) ? -1 : nearest(points, x)
    if (place >= 0 && points[place] === x && rows.length < MOST_ROWS) rows.push({ at, y: points[place + 1] as number })
  }
  const snapped = chart.convertToPixel({ xAxisIndex: 0 }, x) as unknown as number
  return { x, left: snapped, top, width: chart.getWidth(), rows }
}

/** Index of the pair whose x is nearest, by halving; -1 where there is none. */
function nearest(points: Float64Array, x: number): number {
  let low = 0
  let high = points.length / 2 - 1
  if (high < 0) return -1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle * 2] as number) < x) low = middle + 1
    else high = middle
  }
  if (low > 0 && x - (points[low * 2 - 2] as number) <= (points[low * 2] as number) - x) low--
  return low * 2
}
