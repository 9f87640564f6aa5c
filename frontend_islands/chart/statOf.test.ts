import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Datum } from '../shared/numbers.ts'
import type { Data, Options } from './load.ts'
import { partsOf } from './parts.ts'
import { statOf } from './statOf.ts'

const n = { name: 'n', type: 'integer', kind: 'integer' } as const
const who = { name: 'who', type: 'text', kind: 'text' } as const

function stat(values: Datum[], options: Options = {}) {
  const data: Data = { columns: [n], values: [values], row_count: values.length, limit: 100, cut: false }
  return statOf(data, { value: 'n', ...options })
}

test('a number is seen against the row before, whichever end is the newest', () => {
  assert.equal(stat([110, 100], { trend: true }).change?.text, '+10 (+10.0 %) against 100 before')
  const last = stat([1, 2, 100, 90], { trend: true, row: 'last', better: 'lower' })
  assert.deepEqual(last.change, { text: '−10 (-10.0 %) against 100 before', up: false, better: true })
  assert.deepEqual(last.line, [1, 2, 100, 90])
  assert.equal(stat([5], { trend: true }).change, undefined)
  assert.equal(stat([5, 0], { trend: true }).change?.text, '+5 against 0 before')
})

test('thresholds and targets know which side is better', () => {
  const limits = { warn: 90, bad: 80, target: 95 }
  assert.deepEqual([96, 94, 90, 80].map((each) => stat([each], limits).state), ['good', '', 'warn', 'bad'])
  assert.equal(stat([96], limits).target?.text, 'Target met: 95')
  assert.equal(stat([19], limits).target?.share, 0.2)
  assert.deepEqual([5, 20, 30].map((each) => stat([each], { better: 'lower', warn: 20, bad: 30 }).state), ['good', 'warn', 'bad'])
  assert.equal(stat([5]).state, '')
})

test('nothing, NULL and text are said as they are', () => {
  assert.deepEqual([stat([]).text, stat([]).note], ['—', 'No rows'])
  assert.deepEqual([stat([null, 1]).text, stat([null, 1]).note], ['—', 'NULL'])
  assert.equal(stat(['9223372036854775807']).text, '9223372036854775807')
})

test('parts are the largest, and one alone is never called other', () => {
  const data: Data = { columns: [who, n], values: [['a', 'b', 'a', 'c', 'd', 'e'], [1, 9, 4, 3, -2, null]], row_count: 6, limit: 100, cut: false }
  const { parts, whole, negative } = partsOf(data, 'who', 'n', 1)
  assert.deepEqual([parts, whole, negative], [[{ name: 'b', value: 9, many: 1 }, { name: 'Other (2)', value: 8, many: 2 }], 17, 1])
  assert.deepEqual(partsOf(data, 'who', 'n', 2).parts.map(({ name }) => name), ['b', 'a', 'c'])
})
