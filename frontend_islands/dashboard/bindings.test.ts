import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete, gone, read, sharedKinds, written } from './bindings.ts'
import type { Binding, Chart, Tile } from './types.ts'

const days = { name: 'days', label: '', kind: 'integer', says: 'integer' }
const charts: Chart[] = [{ id: 1, name: 'A', query: 'Q', kind: 'Line', size: [6, 5], parameters: [days] }]
const tile = (bindings: Binding[] | null): Tile => ({
  ...{ key: 't', number: 1, kind: 'visualization', x: 0, y: 0, w: 6, h: 5, title: '', text: null },
  ...{ visualization_id: 1, report_id: null, max_stale_ms: 0, bindings },
})
const shared = (name: string): Binding => ({ parameter: 'days', kind: 'shared', name, value: null })

test('what nobody bound is shared under its own name, unless that is another kind here', () => {
  assert.deepEqual(complete(tile(null), [days], new Map()), [shared('days')])
  assert.equal(complete(tile(null), [days], new Map([['days', 'text']]))[0]?.kind, 'own')
  assert.deepEqual(complete(tile([shared('span')]), [days], new Map()), [shared('span')])
})

test('the names that tiles share are known with their kinds', () => {
  assert.deepEqual([...sharedKinds([tile([shared('span')]), tile(null)], charts)], [['span', 'integer']])
})

test('a parameter that the query lost is told', () => {
  assert.deepEqual(gone(tile([{ ...shared('old'), parameter: 'old' }]), [days])[0]?.parameter, 'old')
})

test('a value goes into one field and back', () => {
  assert.deepEqual(read('EWR, JFK', 'choices'), ['EWR', 'JFK'])
  assert.equal(written(['EWR', 'JFK']), 'EWR, JFK')
  assert.equal(written({ start: '2013-01-01', end: '2013-01-31' }), '2013-01-01..2013-01-31')
  assert.equal(read('', 'integer'), null)
  assert.equal(read(' a ', 'text'), ' a ')
})
