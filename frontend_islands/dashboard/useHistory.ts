import { computed, ref, shallowRef } from 'vue'

const MOST = 200

/** States of a thing that is never changed in place, with the way back and forth. */
export function useHistory<T>(first: T) {
  const states = shallowRef<T[]>([first])
  const at = ref(0)
  const now = computed(() => states.value[at.value] as T)

  function set(next: T): void {
    if (JSON.stringify(next) === JSON.stringify(now.value)) return
    states.value = [...states.value.slice(0, at.value + 1), next].slice(-MOST)
    at.value = states.value.length - 1
  }

  return {
    now,
    set,
    canUndo: computed(() => at.value > 0),
    canRedo: computed(() => at.value < states.value.length - 1),
    undo: () => (at.value = Math.max(0, at.value - 1)),
    redo: () => (at.value = Math.min(states.value.length - 1, at.value + 1)),
  }
}
