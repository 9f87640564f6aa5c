import assert from 'node:assert/strict'
import { test } from 'node:test'
import { age, formatNumber, inZone, linkOf, ruleFor } from './settings.ts'

test('numbers are rounded on their own digits, however many there are', () => {
  assert.equal(formatNumber('9223372036854775807.125', { decimals: 2, thousands: true }), '9,223,372,036,854,775,807.13')
  assert.equal(formatNumber('-0.004', { decimals: 2 }), '0.00')
  assert.equal(formatNumber('-1234.5', { decimals: 0, thousands: true }), '-1,235')
  assert.equal(formatNumber(0.1234, { percent: true, decimals: 1 }), '12.3 %')
  assert.equal(formatNumber('0.5', { percent: true }), '50 %')
  assert.equal(formatNumber(1e21, { thousands: true, unit: 'km' }), '1,000,000,000,000,000,000,000 km')
  assert.equal(formatNumber(1.5e-7, { decimals: 8 }), '0.00000015')
  assert.equal(formatNumber(7, { decimals: 2 }), '7.00')
  assert.equal(formatNumber('NaN', { decimals: 2, unit: 'km' }), 'NaN')
})

test('a time stamp is shown in a zone with that day’s offset', () => {
  assert.equal(inZone('2013-03-31 00:59:59.5+00', 'Europe/Berlin'), '2013-03-31 01:59:59.5 +01:00')
  assert.equal(inZone('2013-03-31 01:00:00+00', 'Europe/Berlin'), '2013-03-31 03:00:00 +02:00')
  assert.equal(inZone('2013-01-01 00:00:00+00', 'UTC'), '2013-01-01 00:00:00 +00:00')
  assert.equal(inZone('infinity', 'UTC'), 'infinity')
  assert.equal(inZone('2013-01-01 00:00:00+00', 'Mars/Olympus'), '2013-01-01 00:00:00+00')
})

test('an age is told in its two largest units', () => {
  assert.equal(age(59), '59 s')
  assert.equal(age(3600), '1 h')
  assert.equal(age(93_784), '1 d 2 h')
  assert.equal(age(-90), 'in 1 min 30 s')
})

test('a link is an address of the web or of mail, and a value cannot make it another', () => {
  const columns = [{ name: 'id', type: 'text', kind: 'text' as const }, { name: 'host', type: 'text', kind: 'text' as const }]
  const link = (template: string, value: string | null = 'a/b?c&"') => linkOf(template, value, [value, 'evil.example'], columns)
  assert.equal(link('https://example.com/t/{value}?q={id}'), 'https://example.com/t/a%2Fb%3Fc%26%22?q=a%2Fb%3Fc%26%22')
  assert.equal(link('mailto:{value}', 'a@b.c'), 'mailto:a%40b.c')
  assert.equal(link('javascript:alert({value})'), undefined)
  assert.equal(link('{value}', 'javascript:alert(1)'), undefined)
  assert.equal(link('https://{host}/x'), undefined)
  assert.equal(link('https://example.com/{gone}'), undefined)
  assert.equal(link('https://example.com/{value}', null), undefined)
})

test('the first rule that holds colours a value', () => {
  const number = { name: 'n', type: 'numeric', kind: 'decimal' as const }
  const rules = [{ op: 'gt' as const, value: '10', colour: 'red' as const }, { op: 'ge' as const, value: '5', colour: 'amber' as const }]
  assert.equal(ruleFor(rules, '10.5', number)?.colour, 'red')
  assert.equal(ruleFor(rules, '9', number)?.colour, 'amber')
  assert.equal(ruleFor(rules, null, number), undefined)
  assert.equal(ruleFor(rules, 'NaN', number), undefined)
  const day = { name: 'd', type: 'date', kind: 'date' as const }
  assert.equal(ruleFor([{ op: 'lt', value: '2013-02-01', colour: 'blue' }], '2013-01-31', day)?.colour, 'blue')
  assert.equal(ruleFor([{ op: 'is_null', colour: 'plum' }], null, day)?.colour, 'plum')
})
