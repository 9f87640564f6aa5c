import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figureOf } from './figure.ts'
import { lonely, stepOf, withGaps } from './gaps.ts'
import type { Data } from './load.ts'
import { present } from './load.ts'
import { isPartial } from './partial.ts'
import { planeColumns } from './planeColumns.ts'
import { zoneOf } from './zone.ts'

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
  const columns = data([day, who, n], [many.map(() => 0), many.map((row) => `s${row}`), many], { cut: true, row_count: 99, limit: 40 })
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
  assert.throws(() => planeColumns({}), /Choose a column/)
  assert.throws(() => present(['gone', 'n'], [n]), /“gone”/)
  assert.deepEqual(present(['day', 'n', 'm', 'day', null], undefined), ['day', 'n', 'm'])
})

test('the largest bars stand alone, and other adds up the rest', () => {
  const bars = data([who, n], [['a', 'b', 'c', 'd'], [1, 40, 3, 20]])
  const largest = figureOf(bars, { x: 'who', y: ['n'], sort: 'largest', top: 2, other: true }, true)
  assert.deepEqual(largest.categories, ['b', 'd', 'Other (2)'])
  assert.deepEqual([...(largest.series[0]?.points ?? [])], [0, 40, 1, 20, 2, 4])
  assert.deepEqual(largest.notes, ['The 2 largest of 4 categories; “Other” adds up the rest.'])
  const kept = figureOf(bars, { x: 'who', y: ['n'], top: 2 }, true)
  assert.deepEqual([kept.categories, [...(kept.series[0]?.points ?? [])]], [['b', 'd'], [0, 40, 1, 20]])
  assert.deepEqual(figureOf(bars, { x: 'who', y: ['n'], sort: 'smallest' }, true).categories, ['a', 'c', 'd', 'b'])
})

test('shares of one place are a hundred together, and nothing shares nothing', () => {
  const rows = data([day, who, n], [[0, 0, DAY, DAY], ['a', 'b', 'a', 'b'], [1, 3, 0, 0]])
  const { series } = figureOf(rows, { x: 'day', y: ['n'], series: 'who', percent: true }, true)
  assert.deepEqual(series.map(({ points }) => [...points]), [[0, 25, DAY, NaN], [0, 75, DAY, NaN]])
})

test('what has no logarithm is a gap, and is counted', () => {
  const figure = figureOf(data([day, n], [[0, DAY, 2 * DAY], [0, -1, 10]]), { x: 'day', y: ['n'], log: true }, false)
  assert.deepEqual([...(figure.series[0]?.points ?? [])], [0, NaN, DAY, NaN, 2 * DAY, 10])
  assert.deepEqual(figure.notes, ['2 values at or below zero cannot stand on a logarithmic scale.'])
})

test('the last period is partial until it is over in the zone', () => {
  const toronto = zoneOf('America/Toronto')
  const days = [0, 1, 2, 3, 4, 5].map((at) => Date.UTC(2013, 5, 1 + at, 4)) // midnights in Toronto
  assert.equal(isPartial(days, toronto, Date.UTC(2013, 5, 7, 3, 59)), true)
  assert.equal(isPartial(days, toronto, Date.UTC(2013, 5, 7, 4)), false)
  assert.equal(isPartial(days, toronto, undefined), false)
  const months = [0, 1, 2, 3, 4, 5].map((at) => Date.UTC(2013, at, 1))
  assert.equal(isPartial(months, zoneOf('UTC'), Date.UTC(2013, 5, 30)), true)
  assert.equal(isPartial(months, zoneOf('UTC'), Date.UTC(2013, 6, 1)), false)
})

test('a moment reads as the wall clock of its zone, over the change of the clocks too', () => {
  const berlin = zoneOf('Europe/Berlin')
  assert.equal(berlin.toWall(Date.UTC(2013, 2, 31, 0, 59)), Date.UTC(2013, 2, 31, 1, 59))
  assert.equal(berlin.toWall(Date.UTC(2013, 2, 31, 1)), Date.UTC(2013, 2, 31, 3))
  for (const moment of [Date.UTC(2013, 0, 1), Date.UTC(2013, 6, 1), Date.UTC(2013, 9, 28)]) {
    assert.equal(berlin.fromWall(berlin.toWall(moment)), moment)
  }
  assert.equal(zoneOf('Asia/Kathmandu').toWall(0), 5.5 * 3_600_000)
  assert.equal(zoneOf('Nowhere/At_all').toWall(5), 5)
})
