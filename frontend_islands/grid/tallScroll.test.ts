import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TallScroll } from './tallScroll.ts'

function tallOf(content: number, viewport = 600): TallScroll {
  const tall = new TallScroll()
  tall.resize(content, viewport)
  return tall
}

test('a content that fits is scrolled as it is', () => {
  const tall = tallOf(28_000)
  assert.equal(tall.height, 28_000)
  assert.equal(tall.moved(1234, false), undefined)
  assert.equal(tall.top, 1234)
  assert.equal(tall.shift, 0)
})

test('a wheel moves a tall content by the pixels it moved', () => {
  const tall = tallOf(28_000_000)
  assert.equal(tall.height, 5_000_000)
  tall.moved(100, false)
  tall.moved(220, false)
  assert.equal(tall.top, 220)
})

test('the thumb moves it in proportion and reaches both ends', () => {
  const tall = tallOf(28_000_000)
  tall.moved(5_000_000 - 600, false)
  assert.equal(tall.top, 28_000_000 - 600)
  tall.moved(2_000_000, true)
  assert.ok(Math.abs(tall.top / 28_000_000 - 0.4) < 0.001)
  tall.moved(0, true)
  assert.equal(tall.top, 0)
})

test('settling moves the thumb and not the content', () => {
  const tall = tallOf(28_000_000)
  for (let native = 500; native <= 50_000; native += 500) tall.moved(native, false)
  assert.equal(tall.top, 50_000)
  const native = tall.settle() as number
  tall.placed(native)
  assert.equal(tall.top, 50_000)
  assert.ok(native < 10_000)
  assert.equal(tall.settle(), undefined)
})

test('a wheel that reaches the end of the element before the end of the content goes on', () => {
  const tall = tallOf(28_000_000)
  tall.placed(tall.jump(20_000))
  let native = (20_000 / 28_000_000) * 5_000_000
  for (let turn = 0; turn < 400 && tall.top > 0; turn++) {
    native = Math.max(native - 100, 0)
    const instead = tall.moved(native, false)
    if (instead !== undefined) tall.placed((native = instead))
  }
  assert.equal(tall.top, 0)
})
