import { computed, ref, shallowRef } from 'vue'
import type { Column } from '../shared/columns.ts'
import { change, isShown, move, place, type Placed, step } from './layout.ts'
import type { ColumnSettings } from './settings.ts'
import { type Fonts, fittedWidth, firstWidths, NARROWEST } from './widths.ts'
import type { Row } from './rowCache.ts'

/** Pixels in which a total can say what it totals. */
const TOTAL_WIDTH = 168

/** Settings that people made in this page, by the columns they are for: another run of the query keeps them. */
const made = new Map<string, ColumnSettings[]>()

/** Which columns are shown, in which order and how wide. `changed` is called after each change of the settings. */
export function useLayout(columns: Column[], saved: ColumnSettings[], changed: (settings: ColumnSettings[]) => void) {
  const key = JSON.stringify([columns.map((column) => column.name), saved])
  const placed = shallowRef<Placed[]>(place(columns, made.get(key) ?? saved))
  const shown = computed(() => placed.value.filter(isShown))
  const frozen = computed(() => shown.value.filter((column) => column.settings.frozen).length)
  const widthOf = ref<Record<number, number>>({})
  const widths = computed(() =>
    shown.value.map(({ position, settings }) => Math.max(widthOf.value[position] ?? 120, settings.total ? TOTAL_WIDTH : 0)),
  )

  function set(next: Placed[]): void {
    placed.value = next
    const settings = next.map((column) => column.settings)
    made.set(key, settings)
    changed(settings)
  }

  function suit(rows: Row[], fonts: Fonts): void {
    const all = placed.value
    const suited = firstWidths(all, rows, fonts)
    widthOf.value = Object.fromEntries(all.map((column, at) => [column.position, suited[at] as number]))
  }

  function resize(position: number, width: number): void {
    widthOf.value = { ...widthOf.value, [position]: Math.max(Math.round(width), NARROWEST) }
  }

  function fit(position: number, rows: Row[], fonts: Fonts): void {
    const column = placed.value.find((each) => each.position === position)
    if (column) resize(position, fittedWidth(column, rows, fonts))
  }

  return {
    frozen, placed, shown, widths, resize, suit, fit,
    change: (position: number, settings: Partial<ColumnSettings>) => set(change(placed.value, position, settings)),
    move: (position: number, to: number) => set(move(placed.value, position, to)),
    step: (position: number, by: number) => set(step(placed.value, position, by)),
    reset: () => set(place(columns, saved)),
  }
}
