const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Weeks begin on Mondays; 1970 began on a Thursday. */
const MONDAY = 4 * DAY

const STEPS = [
  ...[1, 5, 15, 30].map((each) => each * SECOND),
  ...[1, 5, 15, 30].map((each) => each * MINUTE),
  ...[1, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 7, 14].map((each) => each * DAY),
]
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200]
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export interface Ticks {
  values: number[]
  label: (value: number) => string
}

/** At most `most` evenly spaced moments between two, each where a clock or a calendar begins something; in UTC.
    Dates have no hours: their marks are days, or more. */
export function timeTicks(low: number, high: number, most: number, dates = false): Ticks {
  const step = STEPS.find((each) => (high - low) / each < most && !(dates && each < DAY))
  if (step === undefined) return monthTicks(low, high, most)
  const offset = step % (7 * DAY) === 0 ? MONDAY : 0
  const values = []
  for (let at = Math.ceil((low - offset) / step) * step + offset; at <= high; at += step) values.push(at)
  return { values, label: (value) => (step < DAY && value % DAY !== 0 ? clock(value, step < MINUTE) : day(value)) }
}

function monthTicks(low: number, high: number, most: number): Ticks {
  const first = new Date(low)
  const months = (high - low) / (30.4 * DAY)
  const step = MONTHS.find((each) => months / each < most) ?? Math.ceil(months / most / 1200) * 1200
  const values = []
  const start = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step
  for (let month = start; ; month += step) {
    const at = new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1)
    if (at > high) break
    if (at >= low) values.push(at)
  }
  return { values, label: month }
}

function clock(value: number, withSeconds: boolean): string {
  return new Date(value).toISOString().slice(11, withSeconds ? 19 : 16)
}

/** A day says its month: "17" alone could be anything. */
function day(value: number): string {
  const date = new Date(value)
  return `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]}`
}

/** A January is its year. */
function month(value: number): string {
  const date = new Date(value)
  return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : (MONTH_NAMES[date.getUTCMonth()] as string)
}
