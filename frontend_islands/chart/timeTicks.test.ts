import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeTicks } from './timeTicks.ts'

function labels(from: string, to: string, most = 10, dates = false): string[] {
  const { values, label } = timeTicks(Date.parse(from), Date.parse(to), most, dates)
  return values.map(label)
}

test('three months are told in weeks that begin on Mondays', () => {
  assert.deepEqual(labels('2013-06-01', '2013-07-10'), ['3 Jun', '10 Jun', '17 Jun', '24 Jun', '1 Jul', '8 Jul'])
})

test('a year is told in quarters or months, and a January is its year', () => {
  assert.deepEqual(labels('2013-01-01', '2013-12-31'), ['2013', 'Apr', 'Jul', 'Oct'])
  assert.deepEqual(labels('2013-01-01', '2013-12-31', 13).length, 12)
})

test('a day is told in hours, and its midnight is the date', () => {
  assert.deepEqual(labels('2013-06-01T20:00Z', '2013-06-02T04:00Z'), [
    '20:00', '21:00', '22:00', '23:00', '2 Jun', '01:00', '02:00', '03:00', '04:00',
  ])
})

test('dates have no hours', () => {
  assert.deepEqual(labels('2013-06-01', '2013-06-03', 10, true), ['1 Jun', '2 Jun', '3 Jun'])
})

test('centuries and single moments have an end', () => {
  assert.deepEqual(labels('1800-01-01', '2013-01-01', 6), ['1800', '1850', '1900', '1950', '2000'])
  assert.equal(timeTicks(5, 5, 10).values.length, 0)
  assert.ok(labels('0001-01-01', '9999-01-01').length <= 11)
})
