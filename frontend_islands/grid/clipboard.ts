import type { Cell } from '../shared/columns.ts'
import { isNumeric } from '../shared/columns.ts'
import { plain } from './cells.ts'
import type { Placed } from './layout.ts'

/** Forms in which rows leave the page; all but `tsv` carry the columns' names. */
export const FORMS = { tsv: 'Text', names: 'Text with names', csv: 'CSV', json: 'JSON', markdown: 'Markdown' } as const
export type Form = keyof typeof FORMS

/** Rows as text, exact: what the page shows of a value plays no part. */
export function toText(form: Form, rows: Iterable<readonly Cell[]>, columns: readonly Placed[]): string {
  if (form === 'json') return toJson(rows, columns)
  if (form === 'markdown') return toMarkdown(rows, columns)
  const [between, risky, end] = form === 'csv' ? [',', /[,\r\n"]/, '\r\n'] : ['\t', /[\t\n\r"]/, '\n']
  const field = (text: string) => (risky.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = form === 'tsv' ? [] : [columns.map((column) => field(column.name)).join(between)]
  for (const row of rows) lines.push(columns.map((column) => field(plain(row[column.position]))).join(between))
  return lines.join(end)
}

/** A list of objects; of columns with one name the later ones get a number, so that none is lost. */
function toJson(rows: Iterable<readonly Cell[]>, columns: readonly Placed[]): string {
  const names: string[] = []
  for (const { name } of columns) {
    let free = name
    for (let number = 2; names.includes(free); number++) free = `${name}_${number}`
    names.push(free)
  }
  const objects = Array.from(rows, (row) => Object.fromEntries(columns.map((column, at) => [names[at], row[column.position] ?? null])))
  return JSON.stringify(objects, null, 2)
}

function toMarkdown(rows: Iterable<readonly Cell[]>, columns: readonly Placed[]): string {
  const line = (fields: string[]) => `| ${fields.join(' | ')} |`
  const field = (text: string) => text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\r\n?|\n/g, '<br>')
  const lines = [
    line(columns.map((column) => field(column.name))),
    line(columns.map((column) => (isNumeric(column.kind) ? '--:' : '---'))),
  ]
  for (const row of rows) lines.push(line(columns.map((column) => field(plain(row[column.position])))))
  return lines.join('\n')
}
