import type { Binding, Chart, Parameter, Tile } from './types.ts'

/** What the tiles share already: name -> kind. The oldest tile that shares a name says its kind. */
export function sharedKinds(tiles: readonly Tile[], charts: readonly Chart[]): Map<string, string> {
  const kinds = new Map<string, string>()
  for (const tile of tiles) {
    const parameters = charts.find((chart) => chart.id === tile.visualization_id)?.parameters ?? []
    for (const parameter of parameters) {
      const binding = tile.bindings?.find((each) => each.parameter === parameter.name)
      if (binding?.kind === 'shared' && binding.name && !kinds.has(binding.name)) kinds.set(binding.name, parameter.kind)
    }
  }
  return kinds
}

/** One binding for each parameter: as it is, else shared under its own name unless that is another kind's. */
export function complete(tile: Tile, parameters: readonly Parameter[], shared: ReadonlyMap<string, string>): Binding[] {
  return parameters.map((parameter) => {
    const bound = tile.bindings?.find((each) => each.parameter === parameter.name)
    if (bound) return { ...bound }
    const other = shared.get(parameter.name)
    if (other && other !== parameter.kind) return { parameter: parameter.name, kind: 'own', name: null, value: null }
    return { parameter: parameter.name, kind: 'shared', name: parameter.name, value: null }
  })
}

/** Bindings of parameters that the query has no more. */
export function gone(tile: Tile, parameters: readonly Parameter[]): Binding[] {
  return (tile.bindings ?? []).filter((each) => !parameters.some((parameter) => parameter.name === each.parameter))
}

/** A value as one field holds it: several choices between commas, a range between two dots. */
export function written(value: Binding['value']): string {
  if (Array.isArray(value)) return value.join(', ')
  if (value && typeof value === 'object') return `${value['start'] ?? ''}..${value['end'] ?? ''}`
  return value === null || value === undefined ? '' : String(value)
}

export function read(text: string, kind: string): Binding['value'] {
  if (kind === 'choices') return text.split(',').map((each) => each.trim()).filter(Boolean)
  return kind === 'text' ? text : text.trim() || null
}
