import type { Cell, Kind } from '../shared/columns.ts'
import { isNumeric } from '../shared/columns.ts'

/** How a cell is shown: never as HTML, always as text with one of these looks. */
export type Look = 'plain' | 'number' | 'null' | 'empty' | 'true' | 'false' | 'code'

export interface Shown {
  text: string
  look: Look
}

/** No cell needs more than this to fill its width; a value of a megabyte must not reach the layout. */
const SHOWN_CHARACTERS = 400

const NULL: Shown = { text: 'NULL', look: 'null' }
const EMPTY: Shown = { text: 'empty', look: 'empty' }

/** A value as the grid shows it: exact digits, NULL and '' told apart, line ends made visible. */
export function show(value: Cell | undefined, kind: Kind): Shown {
  if (value === null || value === undefined) return NULL
  if (value === '') return EMPTY
  if (typeof value === 'boolean') return { text: String(value), look: value ? 'true' : 'false' }
  const text = typeof value === 'number' ? exact(value) : oneLine(value)
  if (isNumeric(kind)) return { text, look: 'number' }
  return { text, look: kind === 'json' || kind === 'binary' ? 'code' : 'plain' }
}

/** The same value for a clipboard or a tooltip: NULL as nothing, everything else in full. */
export function plain(value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'number' ? exact(value) : String(value)
}

/** JavaScript writes -0 as "0"; Postgres does not. */
function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function oneLine(text: string): string {
  const start = text.length > SHOWN_CHARACTERS ? text.slice(0, SHOWN_CHARACTERS) + '…' : text
  return start.replace(/\r\n?|\n/g, '↵').replace(/\t/g, '⇥')
}
