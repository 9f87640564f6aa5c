import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Data } from './load.ts'
import { within } from './load.ts'
import { beside, closer, wider } from './zoom.ts'

test('zooming stays within the whole', () => {
  assert.deepEqual(closer([0, 100]), [25, 75])
  assert.deepEqual(wider([25, 75], [0, 100]), undefined)
  assert.deepEqual(wider([10, 20], [0, 100]), [5, 25])
  assert.deepEqual(wider([0, 10], [0, 100]), [0, 15])
  assert.deepEqual(beside([10, 20], [0, 100], 1), [15, 25])
  assert.deepEqual(beside([2, 12], [0, 100], -1), [0, 10])
})

test('a range keeps the rows whose x lies in it', () => {
  const n = { name: 'n', type: 'integer', kind: 'integer' } as const
  const data: Data = { columns: [n, n], values: [[1, null, 3, 2, 9], [5, 6, 7, 8, 9]], row_count: 5, limit: 9, cut: false }
  assert.deepEqual(within(data, 'n', [2, 3]).values, [[3, 2], [7, 8]])
})
