import { onBeforeUnmount, ref, shallowRef } from 'vue'
import type { Column } from '../shared/columns.ts'
import { fetchJson, withParameters } from '../shared/http.ts'
import { type Row, RowCache } from './rowCache.ts'

interface Answer {
  columns: Column[]
  rows: Row[]
  offset: number
  row_count: number
}

/** Cells kept at most; with ten columns these are 30,000 rows. */
const CELLS_KEPT = 300_000
/** A jump waits this long before it asks, so that dragging the thumb does not ask for all it passes. */
const PATIENCE_MS = 40

/** The rows behind `src`, `?offset=&limit=` at a time. `version` grows when any arrive or fail to. */
export function useRows(src: string, columns: Column[], rowCount: number, given: Row[]) {
  const version = ref(0)
  const failure = shallowRef<{ first: number; last: number; message: string }>()
  const size = columns.length > 50 ? 50 : 200
  const cache = new RowCache({
    size,
    rowCount,
    capacity: Math.max(Math.floor(CELLS_KEPT / (size * Math.max(columns.length, 1))), 4),
    fetchRows: async (offset, limit, signal) => {
      const answer = await fetchJson<Answer>(withParameters(src, [['offset', offset], ['limit', limit]]), signal)
      return answer.rows
    },
    onChange: changed,
  })
  if (given.length) cache.seed(0, given)

  let wanted = { first: 0, last: -1 }
  let asked = { first: 0, last: 0 }
  let timer = 0

  /** Says which rows are in sight; those around them are fetched too. */
  function want(first: number, last: number): void {
    wanted = { first, last }
    failure.value = cache.failure(first, last)
    window.clearTimeout(timer)
    const span = last - first + 1
    if (Math.abs(first - asked.first) > span * 2) timer = window.setTimeout(ask, PATIENCE_MS)
    else ask()
  }

  function ask(): void {
    asked = wanted
    const span = wanted.last - wanted.first + 1
    cache.want(wanted.first - span, wanted.last + span)
  }

  function retry(): void {
    cache.retry()
    ask()
    changed()
  }

  function changed(): void {
    failure.value = cache.failure(wanted.first, wanted.last)
    version.value++
  }

  onBeforeUnmount(() => {
    window.clearTimeout(timer)
    cache.dispose()
  })
  return { cache, version, failure, want, retry }
}
