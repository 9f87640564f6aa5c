import { onBeforeUnmount, ref, type Ref } from 'vue'
import { isAbort } from '../shared/http.ts'
import { type Form, toText } from './clipboard.ts'
import type { Placed } from './layout.ts'
import type { Row, RowCache } from './rowCache.ts'
import { cellsIn, type Range } from './selection.ts'
import { counted } from '../shared/written.ts'

const MOST_CELLS = 100_000

/** Copies ranges as text, fetching rows that are not at hand. `message` says how it went. */
export function useCopy(cache: Ref<RowCache>, columns: Ref<Placed[]>) {
  const message = ref('')
  const busy = ref(false)
  let request: AbortController | undefined
  /** Text that could not be put on the clipboard without one more press of the keys. */
  let ready: { key: string; cache: RowCache; text: string } | undefined

  /** On the browser's own copy event: at once where all rows are at hand. */
  function onCopy(event: ClipboardEvent, range: Range | undefined): void {
    if (!range) return
    event.preventDefault()
    const key = JSON.stringify(range)
    if (ready?.key === key && ready.cache === cache.value) {
      event.clipboardData?.setData('text/plain', ready.text)
      done(range)
    } else if (!tooLarge(range) && cache.value.holds(range.top, range.bottom)) {
      const rows = cache.value.slice(range.top, range.bottom)
      event.clipboardData?.setData('text/plain', toText('tsv', rows, columnsIn(range)))
      done(range)
    } else void copy(range, 'tsv')
  }

  async function copy(range: Range, form: Form): Promise<void> {
    if (tooLarge(range)) return
    request?.abort()
    request = new AbortController()
    busy.value = true
    try {
      const rows: Row[] = []
      for await (const row of cache.value.read(range.top, range.bottom, request.signal)) {
        rows.push(row)
        if (rows.length % 5000 === 0) message.value = `Fetched ${counted(rows.length)} rows…`
      }
      const text = toText(form, rows, columnsIn(range))
      if (await write(text)) done(range)
      else {
        ready = { key: JSON.stringify(range), cache: cache.value, text }
        message.value = 'The rows are here. Press Ctrl+C once more to copy them.'
      }
    } catch (error) {
      if (!isAbort(error)) message.value = `Not copied: ${error instanceof Error ? error.message : error}`
    }
    busy.value = false
  }

  function columnsIn(range: Range): Placed[] {
    return columns.value.slice(range.left, range.right + 1)
  }

  function tooLarge(range: Range): boolean {
    const cells = cellsIn(range)
    if (cells <= MOST_CELLS) return false
    message.value = `${counted(cells)} cells are selected; at most ${counted(MOST_CELLS)} can be copied at once.`
    return true
  }

  function done(range: Range): void {
    const cells = cellsIn(range)
    message.value = cells === 1 ? 'Copied 1 cell.' : `Copied ${counted(cells)} cells.`
    ready = undefined
  }

  onBeforeUnmount(() => request?.abort())
  return { busy, copy, message, onCopy }
}

/** Browsers lend the clipboard only to secure pages and soon after a key or a click. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
