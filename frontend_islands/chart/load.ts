import type { Column } from '../shared/columns.ts'
import { fetchJson, withParameters } from '../shared/http.ts'
import type { Datum } from '../shared/numbers.ts'

export interface Options {
  x?: string
  y?: string[]
  series?: string | null
  stacked?: boolean
  value?: string
  label?: string | null
}

export interface Props {
  kind: string
  options?: Options
  columns?: Column[]
}

/** Columns of a result, each with all its values. `cut`: there were more rows than `limit`. */
export interface Data {
  columns: Column[]
  values: Datum[][]
  row_count: number
  limit: number
  cut: boolean
}

/** Names of the columns that a chart needs, each once. Throws with a sentence where a choice is missing or gone. */
export function needed({ kind, options = {}, columns }: Props): string[] {
  const names = kind === 'stat' ? [options.value] : [options.x, ...(options.y ?? []), options.series]
  const chosen = [...new Set(names.filter((name): name is string => Boolean(name)))]
  if (kind === 'stat' ? !options.value : !options.x || !options.y?.length) {
    throw new Error(kind === 'stat' ? 'Choose the column to show.' : 'Choose a column for the x axis and one for y.')
  }
  const gone = columns && chosen.find((name) => !columns.some((column) => column.name === name))
  if (gone) throw new Error(`The result has no column “${gone}” any more. Choose another one.`)
  return chosen
}

export function load(src: string, names: string[], signal: AbortSignal): Promise<Data> {
  return fetchJson<Data>(withParameters(src, names.map((name) => ['column', name])), signal)
}

/** One column with its values. Throws with a sentence where it is not there. */
export function pick(data: Data, name: string): { column: Column; values: Datum[] } {
  const at = data.columns.findIndex((column) => column.name === name)
  if (at < 0) throw new Error(`The result has no column “${name}” any more. Choose another one.`)
  return { column: data.columns[at] as Column, values: data.values[at] ?? [] }
}
