import type { Column } from '../shared/columns.ts'

const HOUR = 3_600_000

/** A zone's wall clock, as epoch milliseconds that read right in UTC. */
export interface Zone {
  name: string
  toWall(moment: number): number
  fromWall(wall: number): number
}

const UTC: Zone = { name: 'UTC', toWall: (moment) => moment, fromWall: (wall) => wall }
const known = new Map<string, Zone>([['UTC', UTC]])

/** The zone in which a column is read: only moments with a zone have one. */
export function zoneFor(column: Column, name: string): Zone {
  return hasZone(column) ? zoneOf(name) : UTC
}

export function hasZone(column: Column): boolean {
  return /tz|with time zone/.test(column.type)
}

/** A zone by its name; UTC for a name that this browser does not know. */
export function zoneOf(name: string): Zone {
  let zone = known.get(name)
  if (!zone) known.set(name, (zone = make(name)))
  return zone
}

function make(name: string): Zone {
  let clock: Intl.DateTimeFormat
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name, hourCycle: 'h23', era: 'short',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
  } catch {
    return UTC
  }
  const offsets = new Map<number, number>()
  /** Offsets change on the hour at the earliest, at a quarter of one in few places. */
  const offsetAt = (moment: number): number => {
    const key = Math.floor(moment / (HOUR / 4))
    let offset = offsets.get(key)
    if (offset === undefined) offsets.set(key, (offset = read(clock, key * (HOUR / 4))))
    return offset
  }
  return {
    name,
    toWall: (moment) => moment + offsetAt(moment),
    fromWall: (wall) => {
      const guess = wall - offsetAt(wall)
      return wall - offsetAt(guess)
    },
  }
}

function read(clock: Intl.DateTimeFormat, moment: number): number {
  if (Math.abs(moment) > 8.64e15) return 0
  const part = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, value])) as Record<string, string>
  const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year)
  const wall = new Date(0)
  wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day))
  wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second))
  return wall.getTime() - moment
}
