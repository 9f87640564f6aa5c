import assert from 'node:assert/strict'
import { test } from 'node:test'

import { written } from './written.ts'

test('an org writes numbers in its own way', () => {
  assert.equal(written('-1,234,567.5', 'comma'), '-1,234,567.5')
  assert.equal(written('-1,234,567.5', 'point'), '-1.234.567,5')
  assert.equal(written('1,234.5 %', 'space'), '1\u202f234,5 %')
  assert.equal(written('12,345.67K', 'apostrophe'), '12’345.67K')
})
