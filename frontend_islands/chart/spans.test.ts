import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binsOf } from './bins.ts'
import type { Data } from './load.ts'
import { duration } from './moment.ts'
import { spansOf } from './spans.ts'

const at = { name: 'at', type: 'timestamp', kind: 'timestamp' } as const
const who = { name: 'who', type: 'text', kind: 'text' } as const

function rows(...values: [number | null, string, string][]): Data {
  return { columns: [at, who, { ...who, name: 'state' }], values: [0, 1, 2].map((place) => values.map((row) => row[place] ?? null)), row_count: values.length, limit: 9, cut: false }
}

test('a state lasts until the next one of its line, and the last one until the data was seen', () => {
  const found = spansOf(rows([0, 'a', 'up'], [5, 'b', 'up'], [9, 'a', 'down'], [null, 'a', 'up']), { start: 'at', state: 'state', lane: 'who' }, 20)
  assert.deepEqual([found.lanes, found.states, found.without], [['a', 'b'], ['up', 'down'], 1])
  assert.deepEqual(found.spans, [
    { lane: 0, from: 0, to: 9, state: 0, open: false },
    { lane: 1, from: 5, to: 20, state: 0, open: true },
    { lane: 0, from: 9, to: 20, state: 1, open: true },
  ])
})

test('ranges begin at round numbers and hold every value once', () => {
  assert.deepEqual(binsOf(Float64Array.of(0.1, 0.2, 0.9, 3.9, NaN), 4), { from: 0, width: 1, counts: [3, 0, 0, 1] })
  assert.deepEqual(binsOf(Float64Array.of(-3, -1, 0, 2), 100), { from: -3, width: 1, counts: [1, 0, 1, 1, 0, 1] })
  assert.deepEqual(binsOf(Float64Array.of(7, 7), 5), { from: 6.5, width: 1, counts: [2] })
  assert.equal(binsOf(Float64Array.of(NaN, Infinity)), undefined)
  const many = binsOf(Float64Array.from({ length: 10_000 }, (_, row) => row ** 2))
  assert.equal(many?.counts.reduce((sum, each) => sum + each, 0), 10_000)
})

test('a length of time is said in its two largest units', () => {
  assert.deepEqual([90_000, 90_061_000, 86_400_000, 12].map(duration), ['1 min 30 s', '1 d 1 h', '1 d', '12 ms'])
})
