import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NAMES, naming } from './regionNames.ts'

test('a region is found by name, by code, and by code with its country', () => {
  const nameOf = naming(['CAN'])
  for (const called of ['Ontario', 'on', 'CA-ON', ' ONTARIO ']) assert.equal(nameOf(called), 'Ontario')
  for (const called of ['Québec', 'Quebec', 'QC']) assert.equal(nameOf(called), 'Quebec')
  assert.equal(nameOf('Newfoundland'), 'Newfoundland and Labrador')
  assert.equal(nameOf('Texas'), undefined)
  assert.equal(naming(['AUS'])('AU-NSW'), 'New South Wales')
  assert.equal(naming(['BRA'])('Sao Paulo'), 'São Paulo')
})

test('no two regions of Canada and the United States are called the same', () => {
  const both = naming(['CAN', 'USA'])
  for (const country of ['CAN', 'USA']) {
    for (const [code, name] of Object.entries(NAMES[country] ?? {})) assert.equal(both(code), name)
  }
})
