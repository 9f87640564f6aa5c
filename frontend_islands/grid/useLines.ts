import { computed, type Ref } from 'vue'
import type { Row, RowCache } from './rowCache.ts'
import type { Place, Range } from './selection.ts'

/** One row as it is drawn; `from` to `to` are the places that are selected in it, -1 where none is. */
export interface Line {
  index: number
  row: Row | undefined
  failed: boolean
  from: number
  to: number
  active: number
}

/** The rows that are drawn. `version` grows when any arrive. */
export function useLines(
  rows: Ref<{ first: number; last: number }>,
  cache: Ref<RowCache>,
  version: Ref<number>,
  active: Ref<Place | undefined>,
  range: Ref<Range | undefined>,
): Ref<Line[]> {
  return computed(() => {
    void version.value
    const lines: Line[] = []
    for (let index = rows.value.first; index <= rows.value.last; index++) {
      const chosen = range.value && index >= range.value.top && index <= range.value.bottom ? range.value : undefined
      lines.push({
        index,
        row: cache.value.row(index),
        failed: cache.value.failed(index),
        from: chosen ? chosen.left : -1,
        to: chosen ? chosen.right : -1,
        active: active.value?.row === index ? active.value.column : -1,
      })
    }
    return lines
  })
}
