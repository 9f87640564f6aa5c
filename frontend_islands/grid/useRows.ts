import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { fetchJson, isAbort, withParameters } from '../shared/http.ts'
import { type Arrangement, AS_IT_IS, toParameters } from './arrangement.ts'
import { type Row, RowCache, rowsOf, type RowsAnswer } from './rowCache.ts'

/** Cells kept at most; with ten columns these are 30,000 rows. */
const CELLS_KEPT = 300_000
/** A jump waits this long before it asks, so that dragging the thumb does not ask for all it passes. */
const PATIENCE_MS = 40
/** Longer texts come as their beginning; the reader fetches the whole. */
const CELL_CHARACTERS = 1000

/**
 * The rows behind `src`, `?offset=&limit=` at a time, in the arrangement asked for last.
 *
 * `version` grows when any arrive or fail to. While `arranging`, the rows are those of the arrangement before.
 */
export function useRows(src: string, columnCount: number, allRows: number, given: Row[]) {
  const version = ref(0)
  const failure = shallowRef<{ first: number; last: number; message: string }>()
  const rowCount = ref(allRows)
  const arrangement = shallowRef<Arrangement>(AS_IT_IS)
  const arranging = ref(false)
  const size = columnCount > 50 ? 50 : 200
  const cache = shallowRef(cacheOf(AS_IT_IS, allRows))
  if (given.length) cache.value.seed(0, given)

  let wanted = { first: 0, last: -1 }
  let asked = { first: 0, last: 0 }
  let timer = 0
  let request: AbortController | undefined

  function cacheOf(how: Arrangement, count: number): RowCache {
    return new RowCache({
      size,
      rowCount: count,
      capacity: Math.max(Math.floor(CELLS_KEPT / (size * Math.max(columnCount, 1))), 4),
      fetchRows: async (offset, limit, signal) => rowsOf(await fetchAnswer(how, offset, limit, signal)),
      fetchWhole: async (offset, limit, signal) => rowsOf(await fetchAnswer(how, offset, limit, signal, 0)),
      onChange: changed,
    })
  }

  function fetchAnswer(
    how: Arrangement,
    offset: number,
    limit: number,
    signal: AbortSignal,
    longest = CELL_CHARACTERS,
  ): Promise<RowsAnswer> {
    const window: [string, number][] = [['offset', offset], ['limit', limit], ['cell_characters', longest]]
    return fetchJson<RowsAnswer>(withParameters(src, [...window, ...toParameters(how)]), signal)
  }

  /** Asks for another arrangement; the rows change once its first ones are here. Throws what the server says. */
  async function arrange(how: Arrangement): Promise<void> {
    request?.abort()
    const mine = (request = new AbortController())
    arranging.value = true
    try {
      const answer = await fetchAnswer(how, 0, size, mine.signal)
      if (mine.signal.aborted) return
      cache.value.dispose()
      cache.value = cacheOf(how, answer.matched_count)
      cache.value.seed(0, rowsOf(answer))
      rowCount.value = answer.matched_count
      arrangement.value = how
      asked = wanted = { first: 0, last: Math.max(wanted.last - wanted.first, 0) }
      changed()
    } catch (error) {
      if (!isAbort(error)) throw error
    } finally {
      if (request === mine) arranging.value = false
    }
  }

  /** Says which rows are in sight; those around them are fetched too. */
  function want(first: number, last: number): void {
    wanted = { first, last }
    failure.value = cache.value.failure(first, last)
    window.clearTimeout(timer)
    const span = last - first + 1
    if (Math.abs(first - asked.first) > span * 2) timer = window.setTimeout(ask, PATIENCE_MS)
    else ask()
  }

  function ask(): void {
    asked = wanted
    const span = wanted.last - wanted.first + 1
    cache.value.want(wanted.first - span, wanted.last + span)
  }

  function retry(): void {
    cache.value.retry()
    ask()
    changed()
  }

  function changed(): void {
    failure.value = cache.value.failure(wanted.first, wanted.last)
    version.value++
  }

  onBeforeUnmount(() => {
    window.clearTimeout(timer)
    request?.abort()
    cache.value.dispose()
  })
  return { arrange, arrangement, arranging, cache, failure, retry, rowCount, version, want }
}
