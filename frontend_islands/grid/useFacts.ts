import { computed, onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'
import type { Cell } from '../shared/columns.ts'
import { fetchJson, isAbort, withParameters } from '../shared/http.ts'
import { type Arrangement, toParameters } from './arrangement.ts'
import type { Placed } from './layout.ts'
import type { Extent } from './look.ts'

/** What the server says of a column over the rows that match: exact, texts where a float would not do. */
export interface Facts {
  row_count: number
  nulls: number
  special: Record<string, number>
  min: Cell
  max: Cell
  sum: Cell
  mean: Cell
}

/**
 * Facts of each column that shows bars or a total, by position, over the rows that match.
 *
 * While those of another filter are on their way, `facts` has none; `extents` keeps the scale of the bars until then.
 */
export function useFacts(url: string, columns: Ref<Placed[]>, arrangement: Ref<Arrangement>) {
  const facts = shallowRef<Record<number, Facts>>({})
  const extents = shallowRef<Record<number, Extent>>({})
  const failed = shallowRef<Record<number, string>>({})
  const asked = new Set<number>()
  let request = new AbortController()
  const chosen = computed(() => JSON.stringify(toParameters({ ...arrangement.value, sort: [] })))

  watch(chosen, () => {
    request.abort()
    request = new AbortController()
    asked.clear()
    facts.value = {}
    failed.value = {}
  })
  watch([columns, chosen], () => {
    for (const { position, settings } of columns.value) {
      if ((settings.bar || settings.total) && !asked.has(position)) void ask(position, request.signal)
    }
  }, { immediate: true })
  onBeforeUnmount(() => request.abort())

  async function ask(position: number, signal: AbortSignal): Promise<void> {
    asked.add(position)
    const pairs = toParameters({ ...arrangement.value, sort: [] })
    try {
      const found = await fetchJson<Facts>(withParameters(url, [['position', position], ...pairs]), signal)
      if (signal.aborted) return
      facts.value = { ...facts.value, [position]: found }
      const [low, high] = [Math.min(Number(found.min), 0), Math.max(Number(found.max), 0)]
      extents.value = { ...extents.value, [position]: { low, high } }
    } catch (error) {
      if (isAbort(error) || signal.aborted) return
      failed.value = { ...failed.value, [position]: error instanceof Error ? error.message : String(error) }
    }
  }
  return { extents, facts, failed }
}
