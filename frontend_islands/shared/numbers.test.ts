import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compact, exact, headline, moment, words } from './numbers.ts'

test('an axis label is short and a tooltip has every digit', () => {
  assert.equal(compact(12_345), '12.35K')
  assert.equal(compact(-4_000_000), '-4M')
  assert.equal(exact(336_776), '336,776')
  assert.equal(exact(0.1), '0.1')
  assert.equal(exact(12.639070257304708), '12.639070257304708')
  assert.equal(exact(9_007_199_254_740_991), '9,007,199,254,740,991')
})

test('a headline keeps whole numbers and drops digits nobody reads', () => {
  assert.equal(headline(336_776), '336,776')
  assert.equal(headline(12.639070257304708), '12.64')
  assert.equal(headline(0.000123456), '0.0001235')
  assert.equal(headline(-1234.56), '-1,235')
  assert.equal(headline(0), '0')
})

test('a moment is written as Postgres writes it', () => {
  const noon = Date.UTC(2013, 5, 1, 12, 30)
  assert.equal(moment(noon, { kind: 'date', type: 'date' }), '2013-06-01')
  assert.equal(moment(noon, { kind: 'timestamp', type: 'timestamp without time zone' }), '2013-06-01 12:30:00')
  assert.equal(moment(noon + 250, { kind: 'timestamp', type: 'timestamptz' }), '2013-06-01 12:30:00.25 UTC')
  assert.equal(moment(9e15, { kind: 'date', type: 'date' }), '9000000000000000')
})

test('NULL and the empty text are told apart', () => {
  const column = { name: 'a', type: 'text', kind: 'text' } as const
  assert.equal(words(null, column), 'NULL')
  assert.equal(words('', column), 'empty')
  assert.equal(words(false, column), 'false')
})
