/** What the server says of a column; `kind` decides alignment, axis and formatting. */
export type Kind =
  | 'integer'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'text'
  | 'json'
  | 'binary'
  | 'other'

export interface Column {
  name: string
  type: string
  kind: Kind
  /** What people call it, where its name is for machines. */
  label?: string
}

export function titleOf(column: Column): string {
  return column.label ?? column.name
}

/** A value as it comes over the wire: decimals and far integers are strings, so that no digit is lost. */
export type Cell = null | boolean | number | string

export function isNumeric(kind: Kind): boolean {
  return kind === 'integer' || kind === 'float' || kind === 'decimal'
}

export function isTemporal(kind: Kind): boolean {
  return kind === 'date' || kind === 'timestamp'
}
