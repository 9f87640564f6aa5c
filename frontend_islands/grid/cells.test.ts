import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain, show } from './cells.ts'
import { toText } from './clipboard.ts'
import { place } from './layout.ts'

test('NULL, the empty text and the text NULL look different', () => {
  assert.deepEqual(show(null, 'text'), { text: 'NULL', look: 'null' })
  assert.deepEqual(show('', 'text'), { text: 'empty', look: 'empty' })
  assert.deepEqual(show('NULL', 'text'), { text: 'NULL', look: 'plain' })
})

test('digits are shown as they came', () => {
  assert.deepEqual(show('9223372036854775807', 'integer'), { text: '9223372036854775807', look: 'number' })
  assert.deepEqual(show('1.50', 'decimal'), { text: '1.50', look: 'number' })
  assert.equal(show(-0, 'float').text, '-0')
  assert.equal(show('NaN', 'float').look, 'number')
})

test('a long text is cut for the eye only', () => {
  const long = 'x'.repeat(1_000_000)
  assert.equal(show(long, 'text').text.length, 401)
  assert.equal(plain(long).length, 1_000_000)
  assert.equal(show('a\r\nb\tc', 'text').text, 'a↵b⇥c')
})

test('a copied range can be pasted into a spreadsheet', () => {
  const columns = place(['x', 'y', 'z'].map((name) => ({ name, type: 'text', kind: 'text' })), [])
  const rows = [['a', 1, null], ['tab\there', 'say "hi"', 'two\nlines'], ['', true, '1.50']]
  assert.equal(toText('tsv', rows, columns), 'a\t1\t\n"tab\there"\t"say ""hi"""\t"two\nlines"\n\ttrue\t1.50')
  assert.equal(toText('names', rows, columns.slice(1, 2)), 'y\n1\n"say ""hi"""\ntrue')
})

test('a copied range is CSV, JSON or Markdown, whole and exact', () => {
  const columns = place(['n', 'n', 't'].map((name, at) => ({ name, type: 'x', kind: at < 2 ? 'decimal' : 'text' }) as const), [])
  const rows = [['1.50', null, 'a,"b"\n|*c*|']]
  assert.equal(toText('csv', rows, columns), 'n,n,t\r\n1.50,,"a,""b""\n|*c*|"')
  assert.deepEqual(JSON.parse(toText('json', rows, columns)), [{ n: '1.50', n_2: null, t: 'a,"b"\n|*c*|' }])
  assert.equal(toText('markdown', rows, columns), '| n | n | t |\n| --: | --: | --- |\n| 1.50 |  | a,"b"<br>\\|\\*c\\*\\| |')
})
