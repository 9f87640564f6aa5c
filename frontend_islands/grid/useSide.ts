import { computed, type Ref, shallowRef } from 'vue'
import type { Filter } from './arrangement.ts'
import type { Placed } from './layout.ts'

/** What stands open beside the rows; `position` is the column that it is about. */
export type Side =
  | { kind: 'filter'; position: number; filter?: Filter }
  | { kind: 'statistics' | 'format'; position: number }
  | { kind: 'columns' | 'row' }

interface Asking {
  problem: Ref<string>
  apply(filter: Filter, before: Filter | undefined): Promise<boolean>
  remove(filter: Filter): Promise<boolean>
}

/** The panel beside the rows. `closed` is called after it went. */
export function useSide(placed: Ref<Placed[]>, asking: Asking, closed: () => void) {
  const open = shallowRef<Side>()
  const column = computed(() => {
    const now = open.value
    return now && 'position' in now ? placed.value.find((each) => each.position === now.position) : undefined
  })
  const filter = computed(() => (open.value?.kind === 'filter' ? open.value.filter : undefined))

  function show(side: Side): void {
    asking.problem.value = ''
    open.value = side
  }

  function toggleColumns(): void {
    open.value = open.value?.kind === 'columns' ? undefined : { kind: 'columns' }
  }

  function close(): void {
    open.value = undefined
    closed()
  }

  async function applyFilter(chosen: Filter): Promise<void> {
    if (await asking.apply(chosen, filter.value)) close()
  }

  function removeFilter(): void {
    if (filter.value) void asking.remove(filter.value)
    close()
  }

  return { open, column, filter, show, toggleColumns, close, applyFilter, removeFilter }
}
