import type { Cell } from '../shared/columns.ts'
import { plain } from './cells.ts'
import type { Placed } from './layout.ts'

/** Rows as tab-separated text that spreadsheets read back: fields with a tab, a line end or a quote are quoted. */
export function toTsv(rows: Iterable<readonly Cell[]>, columns: readonly Placed[], withNames: boolean): string {
  const lines: string[] = []
  if (withNames) lines.push(columns.map((column) => field(column.name)).join('\t'))
  for (const row of rows) lines.push(columns.map((column) => field(plain(row[column.position]))).join('\t'))
  return lines.join('\n')
}

function field(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
