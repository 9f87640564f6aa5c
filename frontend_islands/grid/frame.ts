import type { Placed } from './layout.ts'

/** What the head, each row and the totals are told of the columns alike. */
export interface Frame {
  columns: Placed[]
  /** Places in `columns` of those that are drawn, the frozen ones first. */
  sight: number[]
  /** How many stay at the left edge. */
  frozen: number
  /** Left edges of those, in pixels. */
  offsets: number[]
}

/** How the cell at this place stands: classes, and its left edge where it is frozen. */
export function standing(at: number, { sight, frozen, offsets }: Frame) {
  return {
    look: { 'is-frozen': at < frozen, 'is-edge': at === frozen - 1, 'is-first': at === sight[frozen] },
    left: at < frozen ? { left: `${offsets[at]}px` } : undefined,
  }
}
