import { computed, type Ref, shallowRef } from 'vue'
import { type Place, rangeOf } from './selection.ts'

/** The active cell and the range that reaches from its anchor. `moved` is called after each change by a person. */
export function useSelection(rowCount: Ref<number>, columnCount: () => number, moved: () => void) {
  const active = shallowRef<Place>()
  const anchor = shallowRef<Place>()
  const range = computed(() => (active.value && anchor.value ? rangeOf(anchor.value, active.value) : undefined))

  function go(place: Place, extend: boolean): void {
    active.value = place
    if (!extend || !anchor.value || anchor.value.row < 0) anchor.value = place
    moved()
  }

  /** What the pointer picks; on a row's number all of the row. */
  function pick(place: Place, extend: boolean): void {
    if (!rowCount.value) return
    if (place.column >= 0) return go(place, extend)
    anchor.value = { row: extend && anchor.value ? anchor.value.row : place.row, column: columnCount() - 1 }
    active.value = { row: place.row, column: 0 }
    moved()
  }

  /** Selects a range; the active cell stays where it is in sight, at the far corner for the clipboard's sake. */
  function select(from: Place, to: Place): void {
    if (!rowCount.value) return
    anchor.value = to
    active.value = { row: Math.max(from.row, 0), column: from.column }
    moved()
  }

  function collapse(): void {
    anchor.value = active.value
  }

  /** The rows are others now: the first of them, the same column. */
  function toFirst(): void {
    const column = active.value?.column ?? 0
    if (active.value && active.value.row >= 0) active.value = anchor.value = rowCount.value ? { row: 0, column } : undefined
    moved()
  }

  return { active, range, go, pick, select, collapse, toFirst }
}
