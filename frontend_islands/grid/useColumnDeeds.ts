import { type Ref, shallowRef } from 'vue'
import { type Arrangement, type Sort, sortBy, sortTo } from './arrangement.ts'
import type { Deed } from './ColumnMenu.vue'
import type { Placed } from './layout.ts'
import type { ColumnSettings } from './settings.ts'
import type { Side } from './useSide.ts'

interface Grid {
  shown: Ref<Placed[]>
  arrangement: Ref<Arrangement>
  layout: { change(position: number, settings: Partial<ColumnSettings>): void; move(position: number, to: number): void }
  order(sort: Sort[]): Promise<boolean>
  show(side: Side): void
  fit(place: number): void
  headOf(position: number): Element | null
  /** The column that stood at a place stands here now. */
  moved(place: number): void
  /** The menu went; `refocus` where the keyboard was in it. */
  closed(refocus: boolean): void
}

/** What can be done with a column: by its menu, its head and its keys. `place` is one among the shown columns. */
export function useColumnDeeds(grid: Grid) {
  const menu = shallowRef<{ place: number; under: DOMRect }>()

  function at(place: number): Placed {
    return grid.shown.value[place] as Placed
  }

  function sortOf(place: number): Sort | undefined {
    return grid.arrangement.value.sort.find((each) => each.column === at(place).position)
  }

  function sort(place: number, further: boolean): void {
    void grid.order(sortBy(grid.arrangement.value.sort, at(place).position, further))
  }

  function unsort(column: number): void {
    void grid.order(grid.arrangement.value.sort.filter((each) => each.column !== column))
  }

  function move(place: number, to: number): void {
    const { position } = at(place)
    grid.layout.move(position, Math.max(to, 0))
    grid.moved(grid.shown.value.findIndex((column) => column.position === position))
  }

  function openMenu(place: number): void {
    const under = grid.headOf(at(place).position)?.getBoundingClientRect()
    if (under) menu.value = { place, under }
  }

  function closeMenu(refocus: boolean): void {
    menu.value = undefined
    grid.closed(refocus)
  }

  function choose(place: number, deed: Deed, further: boolean): void {
    const { position, settings } = at(place)
    const before = sortOf(place)
    const nulls = before?.nulls ?? 'last'
    const order = (to: Sort, keep: boolean) => void grid.order(sortTo(grid.arrangement.value.sort, to, keep))
    const deeds: Record<Deed, () => void> = {
      ascending: () => order({ column: position, descending: false, nulls }, further),
      descending: () => order({ column: position, descending: true, nulls }, further),
      nulls: () => before && order({ ...before, nulls: nulls === 'last' ? 'first' : 'last' }, true),
      unsorted: () => unsort(position),
      filter: () => grid.show({ kind: 'filter', position }),
      statistics: () => grid.show({ kind: 'statistics', position }),
      format: () => grid.show({ kind: 'format', position }),
      freeze: () => grid.layout.change(position, { frozen: !settings.frozen }),
      left: () => move(place, place - 1),
      right: () => move(place, place + 1),
      fit: () => grid.fit(place),
      hide: () => grid.layout.change(position, { hidden: true }),
    }
    closeMenu(true)
    deeds[deed]()
  }

  return { menu, at, sortOf, sort, unsort, move, openMenu, closeMenu, choose }
}
