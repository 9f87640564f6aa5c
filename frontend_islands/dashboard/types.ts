import type { Placed } from './layout.ts'

/** A tile as the server stores it; `key` is the island's own name for it. */
export interface Tile extends Placed {
  number: number | null
  kind: 'visualization' | 'report' | 'text' | 'section'
  title: string
  text: string | null
  visualization_id: number | null
  report_id: number | null
  max_stale_ms: number | null
  /** Where the parameters get their values; null: as the server suggests. */
  bindings: Binding[] | null
}

export interface Parameter {
  name: string
  label: string
  kind: string
  /** The kind in words. */
  says: string
}

/** `name` is the dashboard's, of a shared one; `value` the fixed one, or a tile's own at first. */
export interface Binding {
  parameter: string
  kind: 'shared' | 'own' | 'fixed'
  name: string | null
  value: string | number | boolean | string[] | Record<string, string> | null
}

export interface Chart {
  id: number
  name: string
  query: string
  kind: string
  size: [number, number]
  parameters: Parameter[]
}

/** A saved report; `says` what it is about. */
export interface Report {
  id: number
  name: string
  says: string
  size: [number, number]
}

export interface Target {
  ms: number | null
  words: string
}

export interface Props {
  tiles: Omit<Tile, 'key'>[]
  charts: Chart[]
  reports: Report[]
  targets: Target[]
  usualTarget: number
  preview: string
}

export function nameOf(tile: Tile, charts: readonly Chart[], reports: readonly Report[]): string {
  if (tile.title) return tile.title
  if (tile.kind === 'section') return tile.text || 'Section'
  if (tile.kind === 'text') return (tile.text ?? '').split('\n')[0]?.replace(/^[#\s]+|[*_`]/g, '').slice(0, 60) || 'Text'
  if (tile.kind === 'report') return reports.find((report) => report.id === tile.report_id)?.name ?? 'A report that is gone'
  return charts.find((chart) => chart.id === tile.visualization_id)?.name ?? 'A chart that was deleted'
}

/** What the form sends. */
export function sent(tiles: readonly Tile[]): string {
  return JSON.stringify(tiles.map(({ key: _, ...tile }) => tile))
}
