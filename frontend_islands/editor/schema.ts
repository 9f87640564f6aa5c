import { fetchJson } from '../shared/http.ts'
import type { monaco } from './monaco.ts'

/** What the server knows may be written at a place. */
export interface Known {
  label: string
  insert: string
  kind: 'table' | 'view' | 'schema' | 'column' | 'alias' | 'cte'
  detail: string
  about: string | null
}

export interface Answer {
  items: Known[]
  more: boolean
}

const NOTHING: Answer = { items: [], more: false }
const hosts = new WeakMap<monaco.editor.ITextModel, HTMLElement>()

/** `host` says where to ask: its attribute `completions`, with `{id}` for the datasource that its form names. */
export function askServerFor(model: monaco.editor.ITextModel, host: HTMLElement): void {
  hosts.set(model, host)
}

/** Tables and columns at this place; nothing when nobody can be asked: words and functions still help. */
export async function known(
  model: monaco.editor.ITextModel,
  position: monaco.IPosition,
  token: monaco.CancellationToken,
): Promise<Answer> {
  const url = addressFor(hosts.get(model))
  if (!url) return NOTHING
  const stop = new AbortController()
  const listening = token.onCancellationRequested(() => stop.abort())
  try {
    const sql = model.getValue()
    const offset = codePoints(sql.slice(0, model.getOffsetAt(position)))
    return await fetchJson<Answer>(url, stop.signal, { sql, offset })
  } catch {
    return NOTHING
  } finally {
    listening.dispose()
  }
}

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function addressFor(host: HTMLElement | undefined): string | undefined {
  const pattern = host?.getAttribute('completions')
  const chosen = host?.closest('form')?.elements.namedItem('datasource_id')
  const id = chosen instanceof HTMLSelectElement || chosen instanceof HTMLInputElement ? chosen.value : ''
  return pattern && /^\d+$/.test(id) ? pattern.replace('{id}', id) : undefined
}
