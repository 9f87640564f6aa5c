import { naming } from './regionNames.ts'
import { countryOf, WORLD } from './world.ts'

/** West, north, east, south, in degrees. */
export type Box = [number, number, number, number]

/** What a map draws: outlines that ECharts knows by a name, and how a value of a column finds one of them. */
export interface Ground {
  map: string
  box: Box
  /** What one of them is called, and several. */
  nouns: [string, string]
  nameOf(called: string): string | undefined
}

/** Everything but Antarctica. */
const WORLD_GROUND: Ground = { map: WORLD, box: [-170, 78, 190, -56], nouns: ['country', 'countries'], nameOf: countryOf }

/** The regions that can be drawn: of which countries, between which degrees. */
const WITHIN: Record<string, { countries: string[]; box: Box; nouns: [string, string] }> = {
  canada: { countries: ['CAN'], box: [-141, 83, -52, 41.5], nouns: ['province', 'provinces'] },
  usa: { countries: ['USA'], box: [-131, 50, -66, 22], nouns: ['state', 'states'] },
  north_america: { countries: ['CAN', 'USA'], box: [-170, 83, -52, 18], nouns: ['region', 'regions'] },
  australia: { countries: ['AUS'], box: [112, -10, 155, -44], nouns: ['state', 'states'] },
  brazil: { countries: ['BRA'], box: [-74, 6, -34, -34], nouns: ['state', 'states'] },
}
const ready = new Map<string, Ground>()

/** Loads the outlines of regions, 45 kB, where these are what is drawn. Throws with a sentence for an unknown choice. */
export async function prepare(within: string | undefined): Promise<void> {
  if (!within || within === 'world' || ready.has(within)) return
  const chosen = WITHIN[within]
  if (!chosen) throw new Error(`This page has no map of “${within}”.`)
  const { registerRegions } = await import('./regions.ts')
  registerRegions(within, chosen.countries)
  ready.set(within, { map: within, box: chosen.box, nouns: chosen.nouns, nameOf: naming(chosen.countries) })
}

/** The ground that was prepared; the world where none was. */
export function groundOf(within: string | undefined): Ground {
  return ready.get(within ?? '') ?? WORLD_GROUND
}
