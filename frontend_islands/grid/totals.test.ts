import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Placed } from './layout.ts'
import { ofWhat, totalOf, totalsFor } from './totals.ts'
import type { Facts } from './useFacts.ts'

const amount: Placed = { name: 'amount', type: 'numeric(30,2)', kind: 'decimal', position: 0, settings: { name: 'amount', total: 'sum' } }
const facts: Facts = { row_count: 312, nulls: 2, special: {}, min: '-1.50', max: '7', sum: '12345678901234567890.12', mean: '39823.1234567891' }

test('totals keep every digit, and say what was left out', () => {
  assert.deepEqual(totalOf(amount, facts), { text: '12345678901234567890.12', full: '12345678901234567890.12, without 2 NULL' })
})

test('totals are formatted as their column is', () => {
  const column = { ...amount, settings: { ...amount.settings, number: { thousands: true, decimals: 1, unit: 'EUR' } } }
  assert.deepEqual(totalOf(column, facts).text, '12,345,678,901,234,567,890.1 EUR')
})

test('totals round a long mean where it is shown only', () => {
  const column = { ...amount, settings: { ...amount.settings, total: 'mean' as const } }
  assert.deepEqual(totalOf(column, facts), { text: '39823.123457', full: '39823.1234567891, without 2 NULL' })
})

test('totals count values, not rows', () => {
  assert.deepEqual(totalOf({ ...amount, settings: { name: 'amount', total: 'count' } }, facts).text, '310')
})

test('totals say what they total', () => {
  assert.deepEqual(ofWhat('sum', 1_000_000, 1_000_000, false), 'sum of 1,000,000 rows')
  assert.deepEqual(ofWhat('mean', 1_000_000, 1_000_000, true), 'mean of the first 1,000,000 rows')
  assert.deepEqual(ofWhat('sum', 312, 1_000_000, false), 'sum of 312 matching')
})

test('totals are offered where they mean something', () => {
  assert.deepEqual(totalsFor({ ...amount, kind: 'text' }), ['count'])
  assert.deepEqual(totalsFor({ ...amount, kind: 'date' }), ['min', 'max', 'count'])
})
