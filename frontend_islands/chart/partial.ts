import { stepOf } from './gaps.ts'
import type { Zone } from './zone.ts'

const DAY = 86_400_000

/** Whether the last of sorted, regular moments begins a period that was not over when the data was seen. */
export function isPartial(xs: ArrayLike<number>, zone: Zone, asOf: number | undefined): boolean {
  const last = xs[xs.length - 1]
  if (asOf === undefined || last === undefined || last > asOf) return false
  const step = stepOf(xs)
  return step !== undefined && endOf(last, step, zone) > asOf
}

/** When a period that begins here is over; months, quarters and years by the calendar. */
function endOf(start: number, step: number, zone: Zone): number {
  const days = step / DAY
  if (days < 0.9) return start + step
  const wall = new Date(zone.toWall(start))
  if (days < 27) wall.setUTCDate(wall.getUTCDate() + Math.round(days))
  else wall.setUTCMonth(wall.getUTCMonth() + Math.max(1, Math.round(days / 30.4)))
  return zone.fromWall(wall.getTime())
}
