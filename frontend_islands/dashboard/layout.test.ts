import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder, pack, place, type Placed, step } from './layout.ts'

const tile = (key: string, x: number, y: number, w: number, h: number): Placed => ({ key, x, y, w, h })
const shape = (tiles: Placed[]) => Object.fromEntries(tiles.map(({ key, x, y, w, h }) => [key, [x, y, w, h]]))
const board = [tile('a', 0, 0, 6, 3), tile('b', 6, 0, 6, 3), tile('c', 0, 3, 12, 2)]

function overlaps(tiles: Placed[]): boolean {
  return tiles.some((a, at) => tiles.slice(at + 1).some((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h))
}

test('what is moved onto another pushes it down', () => {
  assert.deepEqual(shape(place(board, 'a', { x: 6, y: 0, w: 6, h: 3 })), { a: [6, 0, 6, 3], b: [6, 3, 6, 3], c: [0, 6, 12, 2] })
})

test('what is dragged below another lets it rise', () => {
  assert.deepEqual(shape(place(board, 'a', { x: 0, y: 3, w: 6, h: 3 })), { b: [6, 0, 6, 3], c: [0, 3, 12, 2], a: [0, 5, 6, 3] })
})

test('a tile stays within the twelve columns', () => {
  assert.deepEqual(shape(place(board, 'b', { x: 11, y: 0, w: 40, h: 3 }))['b'], [0, 0, 12, 3])
  assert.deepEqual(shape(place(board, 'a', { x: -3, y: -2, w: 6, h: 0 }))['a'], [0, 0, 6, 1])
})

test('by keyboard a tile changes places with its neighbour', () => {
  const down = step(board, 'a', 1)
  assert.deepEqual(shape(down), { c: [0, 0, 12, 2], a: [0, 2, 6, 3], b: [6, 2, 6, 3] })
  assert.deepEqual(shape(step(down, 'a', -1))['a'], [0, 0, 6, 3])
  assert.deepEqual(shape(step(board, 'a', -1)), shape(board))
})

test('nothing ever lies over anything else', () => {
  let tiles: Placed[] = board
  for (let turn = 0; turn < 500; turn++) {
    const { key } = tiles[turn % tiles.length] as Placed
    tiles = place(tiles, key, { x: (turn * 7) % 12, y: (turn * 5) % 9, w: 1 + ((turn * 3) % 12), h: 1 + (turn % 5) })
    assert.equal(overlaps(tiles), false)
    assert.deepEqual(shape(pack(inOrder(tiles))), shape(tiles))
  }
})
