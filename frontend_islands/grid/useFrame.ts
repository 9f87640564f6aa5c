import { computed, type Ref } from 'vue'
import type { Frame } from './frame.ts'
import type { Placed } from './layout.ts'

/** Which columns are drawn: the frozen ones, then those in sight. Widths in pixels. */
export function useFrame(
  shown: Ref<Placed[]>,
  frozen: Ref<number>,
  across: Ref<{ first: number; last: number }>,
  edges: Ref<number[]>,
  numberWidth: number,
): Ref<Frame> {
  return computed(() => {
    const sight = Array.from({ length: frozen.value }, (_, at) => at)
    for (let at = across.value.first; at <= across.value.last && at < shown.value.length; at++) sight.push(at)
    const offsets = edges.value.slice(0, frozen.value).map((edge) => edge + numberWidth)
    return { columns: shown.value, sight, frozen: frozen.value, offsets }
  })
}
