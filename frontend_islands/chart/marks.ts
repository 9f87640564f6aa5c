import type { Column } from '../shared/columns.ts'
import { fetchJson } from '../shared/http.ts'
import { count } from '../shared/numbers.ts'
import type { Range } from './load.ts'
import { hasZone, type Zone } from './zone.ts'

/** Something that happened, in epoch milliseconds; without an end it was a moment. */
export interface Mark {
  from: number
  to?: number
  text: string
}

/** Annotations as their query gives them; `note` is what is to be said of them. */
export interface Marks {
  time?: Column
  all: Mark[]
  note?: string
}

interface Answer {
  query: string
  time: Column
  marks: { time: number; time_end: number | null; text: string | null }[]
  cut: boolean
}

/** Never throws for what the server says: a chart is drawn without its annotations, and says why. */
export async function loadMarks(url: string, signal: AbortSignal): Promise<Marks> {
  try {
    const { query, time, marks, cut } = await fetchJson<Answer>(url, signal)
    const all = marks.map(({ time: from, time_end: to, text }): Mark => ({ from, ...(to !== null && to > from ? { to } : {}), text: text ?? '' }))
    return { time, all, ...(cut ? { note: `Marked are the first ${count(marks.length, 'row')} of ${query}.` } : {}) }
  } catch (error) {
    if (signal.aborted) return { all: [] }
    return { all: [], note: `Nothing is marked: ${error instanceof Error ? error.message : error}` }
  }
}

/**
 * Those within the range of a time axis, cut at its ends, earliest first.
 *
 * A time without a zone is one on the clock of the axis; where the axis has no zone itself, a moment stands where the
 * clock of the page's zone showed it. What lies after the last place, but within its period, stands there.
 */
export function placed({ time, all }: Marks, x: Column, axis: Zone, page: Zone, [low, high]: Range, period = 0): Mark[] {
  if (!time) return []
  const same = hasZone(time) === hasZone(x)
  const at = (moment: number) => (same ? moment : hasZone(x) ? axis.fromWall(moment) : page.toWall(moment))
  const within = (moment: number) => Math.min(Math.max(moment, low), high)
  return all
    .map((mark): Mark => ({ ...mark, from: at(mark.from), ...(mark.to === undefined ? {} : { to: at(mark.to) }) }))
    .filter(({ from, to }) => (from <= high || from < high + period) && (to ?? from) >= low)
    .map((mark) => ({ ...mark, from: within(mark.from), ...(mark.to === undefined ? {} : { to: within(mark.to) }) }))
    .sort((a, b) => a.from - b.from)
}
