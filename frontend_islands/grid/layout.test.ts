import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentence, sortBy, sortTo, toParameters } from './arrangement.ts'
import { change, isShown, move, place, type Placed, step } from './layout.ts'

const columns = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'integer', kind: 'integer' as const }))
const names = (placed: readonly Placed[]) => placed.map((each) => each.name).join('')

test('columns come in the saved order, frozen first, new ones last, and what is gone is left out', () => {
  assert.equal(names(place(columns, [])), 'abcd')
  assert.equal(names(place(columns, [{ name: 'd' }, { name: 'x' }, { name: 'c', frozen: true }])), 'cdab')
})

test('columns of one name each keep their own place', () => {
  const twins = [...columns.slice(0, 1), ...columns.slice(0, 1)]
  const placed = place(twins, [{ name: 'a', hidden: true }])
  assert.deepEqual(placed.map((each) => [each.position, isShown(each)]), [[0, false], [1, true]])
})

test('a column moves among those that are shown, and a frozen one among the frozen', () => {
  const placed = change(place(columns, []), 1, { hidden: true })
  assert.equal(names(move(placed, 3, 1).filter(isShown)), 'adc')
  assert.equal(names(move(placed, 0, 2).filter(isShown)), 'cda')
  const frozen = change(place(columns, []), 2, { frozen: true })
  assert.equal(names(frozen), 'cabd')
  assert.equal(names(move(frozen, 3, 0)), 'cdab')
  assert.equal(names(step(frozen, 2, 1)), 'cabd')
})

test('a press sorts up, then down, then not; with Shift the other columns stay', () => {
  const up = sortBy([], 1, false)
  assert.deepEqual(up, [{ column: 1, descending: false, nulls: 'last' }])
  const down = sortBy(up, 1, false)
  assert.equal(down[0]?.descending, true)
  assert.deepEqual(sortBy(down, 1, false), [])
  assert.deepEqual(sortBy(down, 2, true).map((sort) => sort.column), [1, 2])
  assert.deepEqual(sortBy(sortBy(down, 2, true), 1, true).map((sort) => sort.column), [2])
  assert.equal(sortTo(down, { column: 1, descending: true, nulls: 'first' }, true)[0]?.nulls, 'first')
})

test('a filter says itself in words, and travels as JSON', () => {
  const column = columns[0] as (typeof columns)[0]
  assert.equal(sentence({ column: 0, op: 'between', value: ['1', '2'] }, column), 'a between 1 and 2')
  assert.equal(sentence({ column: 0, op: 'in', value: ['1', '2', '3', '4', '5'] }, column), 'a is one of 1, 2, 3 and 2 more')
  assert.equal(sentence({ column: 0, op: 'eq', value: '' }, column), 'a is empty')
  assert.deepEqual(toParameters({ sort: [], filters: [{ column: 0, op: 'is_null' }], search: 'x' }), [
    ['filter', '[{"column":0,"op":"is_null"}]'],
    ['search', 'x'],
  ])
})
