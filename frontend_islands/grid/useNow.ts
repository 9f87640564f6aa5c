import { onBeforeUnmount, ref, type Ref, watch } from 'vue'

const TICK_MS = 1000

/** Epoch milliseconds, ticking while somebody looks at an age. */
export function useNow(ticking: Ref<boolean>): Ref<number> {
  const now = ref(Date.now())
  let timer = 0
  watch(ticking, (on) => {
    window.clearInterval(timer)
    if (on) timer = window.setInterval(() => { if (!document.hidden) now.value = Date.now() }, TICK_MS)
  }, { immediate: true })
  onBeforeUnmount(() => window.clearInterval(timer))
  return now
}
