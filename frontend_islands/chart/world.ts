import { registerMap } from 'echarts/core'
import type { FeatureCollection, Position } from 'geojson'
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import outlines from 'world-atlas/countries-110m.json'
import { plain } from './regionNames.ts'

export const WORLD = 'world'

/** Countries of Natural Earth 1:110m (public domain), by everything that a person may call them. */
const world = feature(outlines as unknown as Topology, 'countries') as unknown as FeatureCollection

const ANTARCTICA = '010'
for (const { id, geometry } of world.features) {
  if (id === ANTARCTICA) continue // it goes all around
  if (geometry.type === 'Polygon') geometry.coordinates.forEach(unfold)
  else if (geometry.type === 'MultiPolygon') geometry.coordinates.forEach((rings) => rings.forEach(unfold))
}

const names = new Map<string, string>()
for (const { id, properties } of world.features) {
  const name = String(properties?.name)
  for (const called of [name, String(id), String(Number(id))]) names.set(plain(called), name)
}
const words = new Intl.DisplayNames(['en'], { type: 'region' })
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const OTHERWISE = { US: 'United States of America', CZ: 'Czechia', TR: 'Turkey', CD: 'Dem. Rep. Congo', CG: 'Congo', BA: 'Bosnia and Herz.', DO: 'Dominican Rep.', CI: "Côte d'Ivoire", CF: 'Central African Rep.', GQ: 'Eq. Guinea', SS: 'S. Sudan', SB: 'Solomon Is.', FK: 'Falkland Is.', MK: 'Macedonia', SZ: 'eSwatini', MM: 'Myanmar', EH: 'W. Sahara', PS: 'Palestine' } as Record<string, string>
for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
  const said = words.of(code)
  const name = names.get(plain(OTHERWISE[code] ?? said ?? ''))
  if (name && said && said !== code) for (const called of [code, said]) names.set(plain(called), name)
}

/** Hands the outlines to ECharts, which has to know its geo component by then. */
export function registerWorld(): void {
  registerMap(WORLD, world as unknown as Parameters<typeof registerMap>[1])
}

/** The country as the outlines name it; nothing for a word that is none. */
export function countryOf(called: string): string | undefined {
  return names.get(plain(called))
}

/** A ring over the 180th meridian goes on beyond it, instead of all the way back. */
function unfold(ring: Position[]): void {
  const leaps = ring.some(([lon], at) => at > 0 && Math.abs((lon as number) - (ring[at - 1]?.[0] as number)) > 180)
  if (leaps) for (const place of ring) if ((place[0] as number) < 0) place[0] = (place[0] as number) + 360
}
