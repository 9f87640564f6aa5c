import { type Ref, watch } from 'vue'
import type { Row, RowCache } from './rowCache.ts'
import { type Fonts, fontsOf } from './widths.ts'

const SAMPLE = 100

interface Widths {
  suit(rows: Row[], fonts: Fonts): void
  fit(position: number, rows: Row[], fonts: Fonts): void
}

/** Widths by what the rows hold: of all columns once the first rows are here, of one when asked. */
export function useFitting(
  scroller: Ref<HTMLElement | null>,
  widths: Widths,
  cache: Ref<RowCache>,
  rowCount: Ref<number>,
  version: Ref<number>,
) {
  let suited = false

  function rowsAtHand(first: number, last: number): Row[] {
    const rows: Row[] = []
    for (let index = first; index <= last; index++) {
      const row = cache.value.row(index)
      if (row) rows.push(row)
    }
    return rows
  }

  function suit(): void {
    if (suited || !scroller.value) return
    const sample = rowsAtHand(0, Math.min(SAMPLE, rowCount.value) - 1)
    suited = sample.length > 0
    if (suited || version.value === 0) widths.suit(sample, fontsOf(scroller.value))
  }

  function fit(position: number, { first, last }: { first: number; last: number }): void {
    if (scroller.value) widths.fit(position, rowsAtHand(first, last), fontsOf(scroller.value))
  }

  watch(version, suit)
  return { suit, fit }
}
