import { plain } from './cells.ts'
import type { Row } from './rowCache.ts'

const LONGEST = 2000

/** A cut value is told in full by the browser's own tooltip, made only when it is asked for. */
export function tellCut(event: PointerEvent, valueAt: (event: PointerEvent) => Row[number] | undefined): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[role="gridcell"]')
  if (!cell || cell.title || cell.scrollWidth <= cell.clientWidth) return
  cell.title = plain(valueAt(event)).slice(0, LONGEST)
}
