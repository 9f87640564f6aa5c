import assert from 'node:assert/strict'
import { test } from 'node:test'
// @ts-expect-error The wall's script has no types.
import { pagesOf } from '../../static/js/wall_pages.js'

const tile = (top: number, rows: number) => ({ top, rows, isHead: false })
const head = (top: number) => ({ top, rows: 1, isHead: true })
const cut = (tiles: object[], most: number) => pagesOf(tiles, most).map(({ first, last }: { first: number; last: number }) => [first, last])

test('pages of a wall are about as full as each other', () => {
  assert.deepEqual(cut([3, 6, 9, 12].map((each) => tile(each - 2, 3)), 10), [[1, 6], [7, 12]])
  assert.deepEqual(cut([tile(1, 4), tile(5, 4), tile(9, 4)], 20), [[1, 12]])
})

test('a page begins with the head of a section, and never ends with one', () => {
  assert.deepEqual(cut([head(1), tile(2, 4), tile(6, 3), head(9), tile(10, 6)], 11), [[1, 8], [9, 15]])
  assert.deepEqual(cut([tile(1, 6), head(7), tile(8, 6)], 7), [[1, 6], [7, 13]])
})

test('no tile is cut, also where tiles beside each other end in other rows', () => {
  assert.deepEqual(cut([tile(1, 4), tile(1, 9), tile(5, 5), tile(10, 3)], 10), [[1, 9], [10, 12]])
  assert.deepEqual(cut([tile(1, 30), tile(31, 2)], 12), [[1, 30], [31, 32]])
  assert.deepEqual(cut([], 12), [])
})
