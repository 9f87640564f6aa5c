import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Row, RowCache } from './rowCache.ts'

interface Asked {
  offset: number
  limit: number
  signal: AbortSignal
  answer: (rows?: Row[]) => void
  refuse: (message: string) => void
}

function makeCache(rowCount = 1000, capacity = 3) {
  const asked: Asked[] = []
  let changes = 0
  const cache = new RowCache({
    rowCount,
    capacity,
    size: 100,
    onChange: () => changes++,
    fetchRows: (offset, limit, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')))
        const rows = Array.from({ length: limit }, (_, at) => [offset + at])
        asked.push({ offset, limit, signal, answer: (given = rows) => resolve(given), refuse: (words) => reject(new Error(words)) })
      }),
  })
  return { cache, asked, changes: () => changes }
}

const settled = () => new Promise((done) => setTimeout(done))

test('rows come by window and each window is asked for once', async () => {
  const { cache, asked, changes } = makeCache()
  cache.want(90, 120)
  cache.want(95, 125)
  assert.deepEqual(asked.map(({ offset, limit }) => [offset, limit]), [[0, 100], [100, 100]])
  asked[0]?.answer()
  await settled()
  assert.deepEqual(cache.row(99), [99])
  assert.equal(cache.row(100), undefined)
  assert.equal(changes(), 1)
})

test('the last window asks for no more than there is', () => {
  const { cache, asked } = makeCache(250)
  cache.want(240, 400)
  assert.deepEqual(asked.map(({ offset, limit }) => [offset, limit]), [[200, 50]])
})

test('a window that went out of sight is aborted without a word', async () => {
  const { cache, asked, changes } = makeCache()
  cache.want(0, 10)
  cache.want(900, 910)
  await settled()
  assert.equal(asked[0]?.signal.aborted, true)
  assert.equal(changes(), 0)
  assert.equal(cache.failed(0), false)
})

test('the window wanted longest ago goes first', async () => {
  const { cache, asked } = makeCache(1000, 2)
  for (const first of [0, 100, 0, 200]) {
    cache.want(first, first + 10)
    asked.at(-1)?.answer()
    await settled()
  }
  assert.equal(cache.held, 2)
  assert.ok(cache.row(0))
  assert.equal(cache.row(100), undefined)
})

test('a failure is told with its rows until it is tried again', async () => {
  const { cache, asked } = makeCache()
  cache.want(110, 120)
  asked[0]?.refuse('expired')
  await settled()
  assert.deepEqual(cache.failure(0, 500), { first: 100, last: 199, message: 'expired' })
  cache.want(110, 120)
  assert.equal(asked.length, 1)
  cache.retry()
  cache.want(110, 120)
  assert.equal(asked.length, 2)
})

test('a range is read from what is at hand and fetched where it is not', async () => {
  const { cache, asked } = makeCache()
  cache.want(0, 99)
  asked[0]?.answer()
  await settled()
  const reading = (async () => {
    const rows = []
    for await (const row of cache.read(98, 101, new AbortController().signal)) rows.push(row[0])
    return rows
  })()
  await settled()
  asked[1]?.answer()
  assert.deepEqual(await reading, [98, 99, 100, 101])
  assert.equal(cache.held, 1)
})
