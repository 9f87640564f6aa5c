import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offsetOf, stretchAt } from './positions.ts'

test('a position counts characters, not UTF-16 units', () => {
  assert.equal(offsetOf('select x', 8), 7)
  assert.equal(offsetOf("select '😀', x", 13), 13)
  assert.equal('😀é𝕏x'[offsetOf('😀é𝕏x', 4)], 'x')
})

test('a position before the start or behind the end stays in the text', () => {
  assert.equal(offsetOf('abc', 0), 0)
  assert.equal(offsetOf('abc', 99), 3)
  assert.equal(offsetOf('', 1), 0)
})

test('the whole token is underlined', () => {
  const underlined = (text: string, at: number) => {
    const { start, end } = stretchAt(text, at)
    return text.slice(start, end)
  }
  assert.equal(underlined('order by flihts desc', 9), 'flihts')
  assert.equal(underlined('a "Odd ""name""" b', 2), '"Odd ""name"""')
  assert.equal(underlined("x = 'it''s'", 4), "'it''s'")
  assert.equal(underlined('a {{ since }} b', 2), '{{ since }}')
  assert.equal(underlined('größe > 1', 0), 'größe')
  assert.equal(underlined('select (', 8), '(')
  assert.equal(underlined('select a  ', 10), 'a')
})
