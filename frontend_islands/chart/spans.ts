import { words } from '../shared/numbers.ts'
import { type Data, type Options, pick } from './load.ts'

export interface Span {
  lane: number
  from: number
  to: number
  state: number
  /** Whether its end is not known, only that it had not come when the data was seen. */
  open: boolean
}

export interface Spans {
  lanes: string[]
  states: string[]
  spans: Span[]
  /** Rows without a beginning. */
  without: number
}

/** From when to when each lane was in which state; without an end a state lasts until its lane's next one. */
export function spansOf(data: Data, options: Options, asOf: number | undefined): Spans {
  const start = pick(data, options.start as string).values
  const end = options.end ? pick(data, options.end).values : undefined
  const state = named(data, options.state as string)
  const lane = options.lane ? named(data, options.lane) : { names: [''], at: start.map(() => 0) }
  const rows = start.flatMap((from, row) => (typeof from === 'number' ? [row] : []))
  rows.sort((a, b) => (start[a] as number) - (start[b] as number))
  const latest = rows.reduce((most, row) => Math.max(most, start[row] as number, Number(end?.[row] ?? -Infinity)), -Infinity)
  const now = Math.max(asOf ?? latest, latest)
  const next = new Map<number, number>()
  const spans: Span[] = []
  for (const row of rows.toReversed()) {
    const [from, own] = [start[row] as number, lane.at[row] as number]
    const until = end ? end[row] : next.get(own)
    const known = typeof until === 'number'
    next.set(own, from)
    spans.push({ lane: own, from, to: known ? Math.max(until, from) : now, state: state.at[row] as number, open: !known })
  }
  return { lanes: lane.names, states: state.names, spans: spans.reverse(), without: start.length - rows.length }
}

function named(data: Data, name: string): { names: string[]; at: number[] } {
  const { column, values } = pick(data, name)
  const seen = [...new Set(values)]
  const place = new Map(seen.map((value, at) => [value, at]))
  return { names: seen.map((value) => words(value, column)), at: values.map((value) => place.get(value) as number) }
}
