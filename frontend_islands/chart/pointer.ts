import type { ECharts } from './echarts.ts'
import type { Along, Said } from './kind.ts'

/** What lies under the pointer, and where it is said. Lengths in pixels of the plot. */
export interface Pointed extends Said {
  left: number
  top: number
  /** Where a line shows the place along the axis. */
  rule?: 'across' | 'down'
}

/** The place along the axis nearest to a pixel, with what the shown series say there; nothing outside the axes. */
export function pointAt(chart: ECharts, along: Along, hidden: Set<string>, left: number, top: number): Pointed | undefined {
  if (!chart.containPixel({ gridIndex: 0 }, [left, top])) return undefined
  const finder = along.down ? { yAxisIndex: 0 } : { xAxisIndex: 0 }
  const wanted = chart.convertFromPixel(finder, along.down ? top : left) as unknown as number
  let place: number | undefined
  for (const points of along.points(hidden)) {
    const at = nearest(points, wanted)
    if (at >= 0 && (place === undefined || Math.abs((points[at] as number) - wanted) < Math.abs(place - wanted))) place = points[at]
  }
  if (place === undefined) return undefined
  const snapped = chart.convertToPixel(finder, place) as unknown as number
  const said = along.said(place, hidden)
  return along.down ? { ...said, left, top: snapped, rule: 'down' } : { ...said, left: snapped, top: 8, rule: 'across' }
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
