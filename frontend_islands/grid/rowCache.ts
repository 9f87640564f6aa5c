import type { Cell } from '../shared/columns.ts'
import { isAbort } from '../shared/http.ts'

/** Cells by position. `number`: where the row stands in the result; `cut`: full lengths of cells cut short. */
export interface Row extends ReadonlyArray<Cell> {
  readonly number?: number
  readonly cut?: Readonly<Record<number, number>> | undefined
}

export interface RowsAnswer {
  rows: Cell[][]
  /** [row of the window, column, full length] */
  cut?: [number, number, number][]
  numbers?: number[] | null
  offset: number
  matched_count: number
}

/** The rows of a window, each with what is known of it. */
export function rowsOf(answer: RowsAnswer): Row[] {
  const cuts = new Map<number, Record<number, number>>()
  for (const [row, column, length] of answer.cut ?? []) cuts.set(row, { ...cuts.get(row), [column]: length })
  return answer.rows.map((cells, at) =>
    Object.assign(cells, { number: answer.numbers?.[at] ?? answer.offset + at, cut: cuts.get(at) }),
  )
}

export type FetchRows = (offset: number, limit: number, signal: AbortSignal) => Promise<Row[]>

interface Options {
  fetchRows: FetchRows
  /** The same with no cell cut short, for what leaves the page. */
  fetchWhole?: FetchRows
  /** Called after rows arrived or failed to. */
  onChange: () => void
  rowCount: number
  /** Rows in one request. */
  size: number
  /** Windows kept; the one untouched for longest goes first. */
  capacity: number
}

/**
 * The rows of a result that are at hand, in windows of `size`, least recently wanted dropped first.
 *
 * A window on its way that is no longer wanted is aborted; one that failed stays failed until `retry`.
 */
export class RowCache {
  readonly #options: Options
  readonly #windows = new Map<number, Row[]>()
  readonly #onTheWay = new Map<number, AbortController>()
  readonly #failures = new Map<number, string>()

  constructor(options: Options) {
    this.#options = options
  }

  get size(): number {
    return this.#options.size
  }

  /** How many windows are held; for tests and measurements. */
  get held(): number {
    return this.#windows.size
  }

  row(index: number): Row | undefined {
    const window = Math.floor(index / this.size)
    return this.#windows.get(window)?.[index - window * this.size]
  }

  failed(index: number): boolean {
    return this.#failures.has(Math.floor(index / this.size))
  }

  /** The first failure among the rows first..last, with its rows, or nothing. */
  failure(first: number, last: number): { first: number; last: number; message: string } | undefined {
    for (const window of this.#range(first, last)) {
      const message = this.#failures.get(window)
      if (message === undefined) continue
      const start = window * this.size
      return { first: start, last: Math.min(start + this.size, this.#options.rowCount) - 1, message }
    }
    return undefined
  }

  /** Puts rows that came with the page in their place. */
  seed(offset: number, rows: Row[]): void {
    if (offset % this.size !== 0) return
    for (let start = 0; start < rows.length; start += this.size) {
      const piece = rows.slice(start, start + this.size)
      if (piece.length === this.size || offset + start + piece.length >= this.#options.rowCount) {
        this.#keep((offset + start) / this.size, piece)
      }
    }
  }

  /** Fetches what is missing of first..last and aborts every other request. */
  want(first: number, last: number): void {
    const wanted = new Set(this.#range(first, last))
    for (const [window, request] of this.#onTheWay) {
      if (wanted.has(window)) continue
      request.abort()
      this.#onTheWay.delete(window)
    }
    for (const window of wanted) {
      const held = this.#windows.get(window)
      if (held) this.#keep(window, held)
      else if (!this.#onTheWay.has(window) && !this.#failures.has(window)) void this.#fetch(window)
    }
  }

  /** Forgets the failures; the caller wants its rows again. */
  retry(): void {
    this.#failures.clear()
  }

  /** All of first..last in order, fetching what is not at hand without keeping it. */
  async *read(first: number, last: number, signal: AbortSignal): AsyncGenerator<Row> {
    for (const window of this.#range(first, last)) {
      const start = window * this.size
      const held = this.#windows.get(window)
      const fetch = this.#options.fetchWhole ?? this.#options.fetchRows
      const rows = held && !held.some(isCut) ? held : await fetch(start, this.#limit(window), signal)
      yield* rows.slice(Math.max(first - start, 0), last - start + 1)
    }
  }

  /** Whether all of first..last are at hand in full. */
  holds(first: number, last: number): boolean {
    return this.#range(first, last).every((window) => this.#windows.get(window)?.some(isCut) === false)
  }

  /** All of first..last, which `holds` said are at hand. */
  slice(first: number, last: number): Row[] {
    const rows: Row[] = []
    for (let index = first; index <= last; index++) rows.push(this.row(index) ?? [])
    return rows
  }

  dispose(): void {
    for (const request of this.#onTheWay.values()) request.abort()
    this.#onTheWay.clear()
    this.#windows.clear()
  }

  async #fetch(window: number): Promise<void> {
    const request = new AbortController()
    this.#onTheWay.set(window, request)
    try {
      const rows = await this.#options.fetchRows(window * this.size, this.#limit(window), request.signal)
      if (request.signal.aborted) return
      this.#keep(window, rows)
    } catch (error) {
      if (isAbort(error) || request.signal.aborted) return
      this.#failures.set(window, error instanceof Error ? error.message : String(error))
    }
    this.#onTheWay.delete(window)
    this.#options.onChange()
  }

  #keep(window: number, rows: Row[]): void {
    this.#windows.delete(window)
    this.#windows.set(window, rows)
    while (this.#windows.size > this.#options.capacity) {
      this.#windows.delete(this.#windows.keys().next().value as number)
    }
  }

  #limit(window: number): number {
    return Math.min(this.size, this.#options.rowCount - window * this.size)
  }

  #range(first: number, last: number): number[] {
    const end = Math.min(last, this.#options.rowCount - 1)
    const windows: number[] = []
    for (let window = Math.floor(Math.max(first, 0) / this.size); window * this.size <= end; window++) windows.push(window)
    return windows
  }
}

function isCut(row: Row): boolean {
  return row.cut !== undefined
}
