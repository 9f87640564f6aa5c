import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spaced } from './insert.ts'

test('a name is kept apart from its neighbours', () => {
  assert.equal(spaced('select', 'a.b', ''), ' a.b')
  assert.equal(spaced('select ', 'a.b', ''), 'a.b')
  assert.equal(spaced('select a,', 'b', ''), ' b')
  assert.equal(spaced('select f.', 'b', ''), 'b')
  assert.equal(spaced('count(', 'b', ')'), 'b')
  assert.equal(spaced('', 'b', 'from'), 'b ')
})
