import type { Cell } from '../shared/columns.ts'
import { plain } from './cells.ts'

/** Rows as tab-separated text that spreadsheets read back: fields with a tab, a line end or a quote are quoted. */
export function toTsv(rows: Iterable<readonly Cell[]>, first: number, last: number, names?: readonly string[]): string {
  const lines: string[] = []
  if (names) lines.push(names.slice(first, last + 1).map(field).join('\t'))
  for (const row of rows) {
    const fields: string[] = []
    for (let column = first; column <= last; column++) fields.push(field(plain(row[column])))
    lines.push(fields.join('\t'))
  }
  return lines.join('\n')
}

function field(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
