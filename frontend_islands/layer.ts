import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

type Arcs = number | Arcs[]

interface Topology {
  type: 'Topology'
  transform: unknown
  arcs: unknown[]
  objects: Record<string, { geometries: { arcs: Arcs }[] }>
}

/** `import outlines from 'PATH.json?layer=NAME'`: one layer of a topology, with the arcs that it needs. */
export function layer(): Plugin {
  return {
    name: 'layer',
    enforce: 'pre',
    async load(id) {
      const [path, query] = id.split('?')
      const name = new URLSearchParams(query).get('layer')
      if (!path || !name) return null
      const topology = JSON.parse(await readFile(path, 'utf8')) as Topology
      return { code: JSON.stringify(only(topology, name)), moduleType: 'json' }
    },
  }
}

function only({ type, transform, objects, arcs }: Topology, name: string): Topology {
  const chosen = objects[name]
  if (!chosen) throw new Error(`The topology has no layer ${name}: ${Object.keys(objects).join(', ')}.`)
  const places = new Map<number, number>()
  /** An arc that is walked backwards is named by its complement. */
  const moved = (of: Arcs): Arcs => {
    if (Array.isArray(of)) return of.map(moved)
    const arc = of < 0 ? ~of : of
    const place = places.get(arc) ?? places.size
    places.set(arc, place)
    return of < 0 ? ~place : place
  }
  const geometries = chosen.geometries.map((each) => ({ ...each, arcs: moved(each.arcs) }))
  return { type, transform, objects: { [name]: { ...chosen, geometries } }, arcs: [...places.keys()].map((arc) => arcs[arc]) }
}
