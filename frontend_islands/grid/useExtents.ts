import { onBeforeUnmount, ref, type Ref, watch } from 'vue'
import { fetchJson, withParameters } from '../shared/http.ts'
import type { Placed } from './layout.ts'
import type { Extent } from './look.ts'

/** Lowest and highest value over all rows, of each column that shows bars. Bars of all rows share one scale. */
export function useExtents(url: string, columns: Ref<Placed[]>): Ref<Record<number, Extent>> {
  const extents = ref<Record<number, Extent>>({})
  const asked = new Set<number>()
  const request = new AbortController()
  watch(columns, (now) => {
    for (const { position, settings } of now) if (settings.bar && !asked.has(position)) void ask(position)
  }, { immediate: true })
  onBeforeUnmount(() => request.abort())

  async function ask(position: number): Promise<void> {
    asked.add(position)
    try {
      const { min, max } = await fetchJson<{ min: unknown; max: unknown }>(withParameters(url, [['position', position]]), request.signal)
      const [low, high] = [Math.min(Number(min), 0), Math.max(Number(max), 0)]
      extents.value = { ...extents.value, [position]: { low, high } }
    } catch {
      asked.delete(position) // no bars; the numbers are there
    }
  }
  return extents
}
