import { count } from '../shared/numbers.ts'
import type { Series } from './figure.ts'

/** Values become their share of all values at the same place, in per cent. */
export function asShares(series: Series[]): void {
  const totals = new Map<number, number>()
  for (const { points } of series) {
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = [points[at] as number, Math.abs(points[at + 1] as number) || 0]
      totals.set(x, (totals.get(x) ?? 0) + y)
    }
  }
  for (const one of series) {
    one.points = one.points.map((value, at) => (at % 2 === 0 ? value : (value / (totals.get(one.points[at - 1] as number) || NaN)) * 100))
  }
}

/** What has no logarithm becomes a gap; says how many that were. */
export function withoutLogless(series: Series[]): string[] {
  let many = 0
  for (const one of series) {
    one.points = one.points.map((value, at) => {
      if (at % 2 === 0 || !(value <= 0)) return value
      many++
      return NaN
    })
  }
  return many ? [`${count(many, 'value')} at or below zero cannot stand on a logarithmic scale.`] : []
}

/** The lowest and the highest y; low > high where there is none. */
export function extentOf(all: Float64Array[]): [number, number] {
  return reach(all, 1)
}

/** The first and the last x. */
export function spanOf(all: Float64Array[]): [number, number] {
  return reach(all, 0)
}

function reach(all: Float64Array[], from: number): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const points of all) {
    for (let at = from; at < points.length; at += 2) {
      const value = points[at] as number
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return [low, high]
}
