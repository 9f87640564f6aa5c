import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatted } from './format.ts'

const words = (sql: string | undefined) => sql?.replace(/\s+/g, '')

test('a statement is laid out', () => {
  assert.equal(formatted('select a,b from t where x=1'), 'select\n  a,\n  b\nfrom\n  t\nwhere\n  x = 1')
})

for (const sql of [
  'select {{ a }}, {{period.start}} from t where x = {{ b }}',
  'select 1 from t where true [[ and x = {{ x }} ]] [[ and y = {{ y }} ]] order by 1',
  "select '[[ {{ x }} ]]', \"[[odd]]\", $$ [[ $$ -- [[ no ]]\n from t /* ]] */",
  'select array[[1,2],[3,4]], a::text, x->>\'k\', y @> \'{}\' from t',
  'with recursive c as (select 1 union all select n+1 from c) select * from c',
  "select E'a\\'b', interval '1 day' from t",
]) {
  test(`nothing but white space changes in: ${sql}`, () => {
    const laid = formatted(sql)
    if (laid !== undefined) assert.equal(words(laid), words(sql))
  })
}

test('placeholders and optional clauses survive', () => {
  const laid = formatted('select 1 from t where true [[ and x = {{ x }} ]]')
  assert.match(laid ?? '', /\[\[\s*and x = \{\{ x \}\}\s*\]\]/)
})

test('what cannot be read is left alone', () => {
  assert.equal(formatted("select 'open"), undefined)
})
