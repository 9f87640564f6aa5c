import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figureOf } from './figure.ts'
import { lonely, stepOf, withGaps } from './gaps.ts'
import type { Data } from './load.ts'
import { needed } from './load.ts'

const DAY = 86_400_000
const day = { name: 'day', type: 'date', kind: 'date' } as const
const who = { name: 'who', type: 'text', kind: 'text' } as const
const n = { name: 'n', type: 'integer', kind: 'integer' } as const

function data(columns: Data['columns'], values: Data['values'], more: Partial<Data> = {}): Data {
  return { columns, values, row_count: values[0]?.length ?? 0, limit: 100_000, cut: false, ...more }
}

test('time is sorted and NULL is a hole', () => {
  const figure = figureOf(data([day, n], [[3 * DAY, DAY, 2 * DAY], [3, 1, null]]), { x: 'day', y: ['n'] }, false)
  assert.equal(figure.axis, 'time')
  assert.deepEqual([...(figure.series[0]?.points ?? [])], [DAY, 1, 2 * DAY, NaN, 3 * DAY, 3])
})

test('categories stay in the order of the result', () => {
  const figure = figureOf(data([who, n], [['b', 'a', null], [1, 2, 3]]), { x: 'who', y: ['n'] }, true)
  assert.deepEqual(figure.categories, ['b', 'a', 'NULL'])
  assert.deepEqual([...(figure.series[0]?.points ?? [])], [0, 1, 1, 2, 2, 3])
})

test('a series without a value at a shared place has a hole there', () => {
  const values = [[0, 0, DAY, 2 * DAY, 2 * DAY], ['a', 'b', 'a', 'a', 'b'], [1, 2, 3, 4, 5]]
  const figure = figureOf(data([day, who, n], values), { x: 'day', y: ['n'], series: 'who' }, false)
  assert.deepEqual(figure.series.map((one) => one.name), ['a', 'b'])
  assert.deepEqual([...(figure.series[1]?.points ?? [])], [0, 2, DAY, NaN, 2 * DAY, 5])
})

test('what is not drawn is said', () => {
  const many = Array.from({ length: 40 }, (_, row) => row)
  const columns = data([day, who, n], [many.map(() => 0), many.map((row) => `s${row}`), many], { cut: true, row_count: 99 })
  const figure = figureOf(columns, { x: 'day', y: ['n'], series: 'who' }, false)
  assert.equal(figure.series.length, 12)
  assert.equal(figure.series.at(-1)?.name, 's39')
  assert.deepEqual(figure.notes, [
    'Drawn from the first 40 of 99 rows.',
    'The 12 largest of 40 series; 28 more are not drawn.',
  ])
  const names = Array.from({ length: 300 }, (_, row) => `name ${row}`)
  const bars = figureOf(data([who, n], [names, names.map((_, row) => row)]), { x: 'who', y: ['n'] }, true)
  assert.equal(bars.categories.length, 100)
  assert.deepEqual(bars.notes, ['The first 100 of 300 categories.'])
})

test('rows without an x are left out and counted', () => {
  const figure = figureOf(data([day, n], [[null, DAY], [1, 2]]), { x: 'day', y: ['n'] }, false)
  assert.deepEqual(figure.notes, ['1 row without day left out.'])
})

test('a hole in regular days is left open, a weekend and odd moments are not', () => {
  const days = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 18].map((at) => at * DAY)
  assert.equal(stepOf(days), DAY)
  const points = Float64Array.from(days.flatMap((at) => [at, 1]))
  assert.deepEqual([...withGaps(points)].slice(22, 26), [11 * DAY, NaN, 15 * DAY, 1])
  const weekdays = Array.from({ length: 40 }, (_, at) => (at + Math.floor(at / 5) * 2) * DAY)
  assert.equal(stepOf(weekdays), undefined)
  assert.equal(stepOf([0, 5, 6, 100, 101, 500]), undefined)
})

test('months of different lengths are regular', () => {
  assert.ok(stepOf(Array.from({ length: 24 }, (_, month) => Date.UTC(2013, month, 1))))
})

test('a point without neighbours is found', () => {
  assert.deepEqual([...lonely(Float64Array.of(1, 1, 2, NaN, 3, 3, 4, NaN, 5, 5, 6, 6))], [1, 1, 3, 3])
})

test('a missing choice is named', () => {
  assert.throws(() => needed({ kind: 'line', options: {} }), /Choose a column/)
  assert.throws(() => needed({ kind: 'bar', options: { x: 'gone', y: ['n'] }, columns: [n] }), /“gone”/)
  assert.deepEqual(needed({ kind: 'line', options: { x: 'day', y: ['n', 'm'], series: 'day' } }), ['day', 'n', 'm'])
})
