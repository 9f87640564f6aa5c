import type { Column } from '../shared/columns.ts'
import { moment } from '../shared/numbers.ts'
import type { Zone } from './zone.ts'

/** A moment in the zone, as a person reads it. */
export function momentIn(zone: Zone, value: number, column: Column): string {
  if (zone.name === 'UTC') return moment(value, column)
  return moment(zone.toWall(value), { kind: column.kind, type: 'timestamp' })
}

const UNITS: [number, string][] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's']]

/** A length of time in its two largest units: "2 d 4 h". */
export function duration(milliseconds: number): string {
  const first = UNITS.findIndex(([size]) => milliseconds >= size)
  if (first < 0) return `${Math.round(milliseconds)} ms`
  let left = milliseconds
  return UNITS.slice(first, first + 2)
    .flatMap(([size, unit]) => {
      const many = Math.floor(left / size)
      left -= many * size
      return many ? [`${many} ${unit}`] : []
    })
    .join(' ')
}
