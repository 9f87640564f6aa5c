import { type Column, isNumeric, isTemporal } from '../shared/columns.ts'

export interface Sort {
  /** Position in the result. */
  column: number
  descending: boolean
  nulls: 'first' | 'last'
}

export type Op =
  | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'between' | 'in' | 'not_in'
  | 'contains' | 'not_contains' | 'starts_with' | 'ends_with' | 'is_null' | 'not_null'

export interface Filter {
  column: number
  op: Op
  value?: string | string[]
}

/** What is asked of the stored result. */
export interface Arrangement {
  sort: Sort[]
  filters: Filter[]
  search: string
}

export const AS_IT_IS: Arrangement = { sort: [], filters: [], search: '' }

export const WORDS: Record<Op, string> = {
  eq: 'is', ne: 'is not', lt: 'less than', le: 'at most', gt: 'more than', ge: 'at least', between: 'between',
  in: 'is one of', not_in: 'is none of', contains: 'contains', not_contains: 'does not contain',
  starts_with: 'starts with', ends_with: 'ends with', is_null: 'is NULL', not_null: 'is not NULL',
}
const TIME_WORDS: Partial<Record<Op, string>> = { lt: 'before', le: 'until', gt: 'after', ge: 'from' }

/** What can be said of a column of this kind, likeliest first. */
export function opsFor(column: Column): Op[] {
  const always: Op[] = ['is_null', 'not_null']
  if (column.kind === 'boolean') return ['eq', ...always]
  const ordered: Op[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'between', 'in', 'not_in']
  const text: Op[] = ['contains', 'not_contains', 'starts_with', 'ends_with']
  if (isNumeric(column.kind)) return [...ordered, ...always]
  if (isTemporal(column.kind)) return ['between', ...ordered.filter((op) => op !== 'between'), ...always]
  return [...text, ...ordered, ...always]
}

export function wordsFor(op: Op, column: Column): string {
  return (isTemporal(column.kind) && TIME_WORDS[op]) || WORDS[op]
}

/** How many values an operation takes: a list counts as one, written with commas. */
export function valuesOf(op: Op): 0 | 1 | 2 {
  return op === 'is_null' || op === 'not_null' ? 0 : op === 'between' ? 2 : 1
}

export function isList(op: Op): boolean {
  return op === 'in' || op === 'not_in'
}

/** A filter as a chip says it: `delay between 15 and 60`. */
export function sentence(filter: Filter, column: Column): string {
  const words = `${column.name} ${wordsFor(filter.op, column)}`
  if (filter.value === undefined) return words
  const values = Array.isArray(filter.value) ? filter.value : [filter.value]
  const shown = values.map((value) => (value === '' ? 'empty' : value))
  if (filter.op === 'between') return `${words} ${shown[0]} and ${shown[1]}`
  return `${words} ${shown.length > 3 ? `${shown.slice(0, 3).join(', ')} and ${shown.length - 3} more` : shown.join(', ')}`
}

/** Query parameters of the rows' address; none for a result as it is. */
export function toParameters({ sort, filters, search }: Arrangement): [string, string][] {
  const pairs: [string, string][] = []
  if (sort.length) pairs.push(['sort', JSON.stringify(sort)])
  if (filters.length) pairs.push(['filter', JSON.stringify(filters)])
  if (search) pairs.push(['search', search])
  return pairs
}

/**
 * The sort after a column was picked: ascending, descending, none. `further` keeps the other columns and adds this one
 * as a weaker key.
 */
export function sortBy(sort: readonly Sort[], column: number, further: boolean): Sort[] {
  const now = sort.find((each) => each.column === column)
  const next: Sort | undefined = !now
    ? { column, descending: false, nulls: 'last' }
    : now.descending ? undefined : { ...now, descending: true }
  if (!further) return next ? [next] : []
  if (!now) return [...sort, next as Sort]
  return sort.flatMap((each) => (each === now ? (next ? [next] : []) : [each]))
}

/** The sort with this column in the given direction, kept in its place where it has one. */
export function sortTo(sort: readonly Sort[], to: Sort, further: boolean): Sort[] {
  if (!further) return [to]
  return sort.some((each) => each.column === to.column)
    ? sort.map((each) => (each.column === to.column ? to : each))
    : [...sort, to]
}
