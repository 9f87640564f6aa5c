/** Twelve columns; everything falls up until it rests on something. */
export const COLUMNS = 12
export const MOST_ROWS = 40

export interface Box {
  x: number
  y: number
  w: number
  h: number
}

export interface Placed extends Box {
  key: string
}

/** Tiles in reading order. */
export function inOrder<T extends Box>(tiles: readonly T[]): T[] {
  return [...tiles].sort((a, b) => a.y - b.y || a.x - b.x)
}

/** Puts one tile near `box` and lets the others make room; every tile ends as high as what lies above it allows. */
export function place<T extends Placed>(tiles: readonly T[], key: string, box: Box): T[] {
  const before = tiles.find((tile) => tile.key === key)
  if (!before) return [...tiles]
  const moved = { ...before, ...within(box) }
  const others = inOrder(tiles.filter((tile) => tile.key !== key))
  const goesDown = moved.y > before.y
  const line = goesDown ? moved.y + moved.h : moved.y
  const at = others.findIndex((other) => (goesDown || other.y < moved.y ? other.y + other.h / 2 > line : true))
  others.splice(at < 0 ? others.length : at, 0, moved)
  return pack(others)
}

/** The tile changes places with its neighbour above (-1) or below (1). */
export function step<T extends Placed>(tiles: readonly T[], key: string, direction: -1 | 1): T[] {
  const tile = tiles.find((each) => each.key === key)
  if (!tile) return [...tiles]
  const near = inOrder(tiles.filter((other) => other.key !== key && sharesColumns(other, tile)))
  const above = near.filter((other) => other.y < tile.y).at(-1)
  const below = near.find((other) => other.y > tile.y)
  if (direction < 0) return above ? place(tiles, key, { ...tile, y: above.y }) : [...tiles]
  return below ? place(tiles, below.key, { ...below, y: tile.y }) : [...tiles]
}

/** Each tile, in the order given, as high as those before it allow. */
export function pack<T extends Box>(tiles: readonly T[]): T[] {
  const floor = new Array<number>(COLUMNS).fill(0)
  return tiles.map((tile) => {
    const y = Math.max(...floor.slice(tile.x, tile.x + tile.w))
    floor.fill(y + tile.h, tile.x, tile.x + tile.w)
    return { ...tile, y }
  })
}

export function bottom(tiles: readonly Box[]): number {
  return Math.max(0, ...tiles.map((tile) => tile.y + tile.h))
}

function within(box: Box): Box {
  const w = clamp(Math.round(box.w), 1, COLUMNS)
  return {
    w,
    h: clamp(Math.round(box.h), 1, MOST_ROWS),
    x: clamp(Math.round(box.x), 0, COLUMNS - w),
    y: Math.max(0, Math.round(box.y)),
  }
}

function sharesColumns(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
