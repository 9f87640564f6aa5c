import { MapChart, ScatterChart } from 'echarts/charts'
import { GeoComponent } from 'echarts/components'
import { count, exact, words } from '../../shared/numbers.ts'
import { type ChartOption, use } from '../echarts.ts'
import { cutNotes } from '../figure.ts'
import { type Box, type Ground, groundOf, prepare } from '../grounds.ts'
import type { Drawing, Kind, Look, Row } from '../kind.ts'
import { type Data, numberOf, type Options, pick } from '../load.ts'
import { shadeOf, shades } from '../shades.ts'
import { registerWorld } from '../world.ts'

use([GeoComponent, ScatterChart, MapChart])
registerWorld()

const [SMALLEST, LARGEST] = [5, 30]
const LEAST_DEGREES = 4
/** Left free around the outlines, in pixels. */
const MARGIN = 10

interface Point {
  lon: number
  lat: number
  value: number
  name: string
}

/** Points, or coloured countries or regions, over outlines that are drawn from data of our own. */
export default {
  title: 'Map',
  columns: ({ lat, lon, region, value, label }) => {
    if (!region && !(lat && lon)) throw new Error('Choose a latitude and a longitude, or a column of regions.')
    return region ? [region, value] : [lat, lon, value, label]
  },
  prepare: ({ region, within }) => prepare(region ? within : undefined),
  draw: (data, options) => (options.region ? regions(data, options, groundOf(options.within)) : points(data, options, groundOf(undefined))),
} satisfies Kind

function points(data: Data, options: Options, world: Ground): Drawing {
  const [lat, lon] = [pick(data, options.lat as string).values, pick(data, options.lon as string).values]
  const value = options.value ? pick(data, options.value) : undefined
  const label = options.label ? pick(data, options.label) : undefined
  const all = lat.map((each, row): Point => ({
    lat: numberOf(each),
    lon: numberOf(lon[row]),
    value: value ? numberOf(value.values[row]) : NaN,
    name: label ? words(label.values[row], label.column) : `Row ${row + 1}`,
  }))
  const found = all.filter((point) => Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)
  found.sort((a, b) => (b.value || 0) - (a.value || 0))
  const notes = cutNotes(data)
  if (found.length < all.length) notes.push(`${count(all.length - found.length, 'row')} without a place left out.`)
  return {
    legend: [],
    heading: options.value ?? count(found.length, 'point'),
    notes,
    summary: count(found.length, 'point'),
    ...(found.length ? {} : { empty: 'No row has a place.' }),
    paint: (look) => painted(look, world.map, options.shows === 'world' || !found.length ? world.box : boxOf(found), marks(found, look)),
    of: (_, index) => {
      const point = found[index]
      if (!point) return undefined
      const rows: Row[] = [{ name: 'at', text: `${exact(point.lat)}, ${exact(point.lon)}` }]
      if (options.value) rows.unshift({ name: options.value, text: Number.isNaN(point.value) ? 'no value' : exact(point.value) })
      return { title: point.name, rows }
    },
  }
}

function marks(found: Point[], look: Look): object {
  const most = found.reduce((largest, { value }) => (value > largest ? value : largest), 0)
  return {
    type: 'scatter',
    coordinateSystem: 'geo',
    color: look.tokens.series[0],
    itemStyle: { opacity: 0.68, borderColor: look.tokens.surface, borderWidth: 1 },
    emphasis: { disabled: true },
    data: found.map(({ lon, lat, value }) => ({
      value: [lon, lat],
      symbolSize: most > 0 ? SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(value || 0, 0) / most) : SMALLEST + 2,
    })),
  }
}

function regions(data: Data, options: Options, ground: Ground): Drawing {
  const region = pick(data, options.region as string)
  const values = options.value ? pick(data, options.value).values : region.values.map(() => 1)
  const sums = new Map<string, number>()
  const strange = new Set<string>()
  region.values.forEach((value, row) => {
    const called = words(value, region.column)
    const name = ground.nameOf(called)
    const amount = numberOf(values[row])
    if (!name) strange.add(called)
    else if (!Number.isNaN(amount)) sums.set(name, (sums.get(name) ?? 0) + amount)
  })
  const [low, high] = [Math.min(...sums.values(), 0), Math.max(...sums.values(), 0)]
  const both = low < 0 && high > 0
  const [from, to] = both ? [-Math.max(-low, high), Math.max(-low, high)] : [low, high]
  const notes = cutNotes(data)
  if (strange.size) notes.push(`Not found on the map: ${[...strange].slice(0, 8).join(', ')}${strange.size > 8 ? ` and ${strange.size - 8} more` : ''}.`)
  const drawn = [...sums]
  return {
    legend: [],
    heading: options.value ?? 'Rows',
    scale: { low: exact(from), high: exact(to), colors: (tokens) => shades(tokens, both) },
    notes,
    summary: count(drawn.length, ...ground.nouns),
    ...(drawn.length ? {} : { empty: `No row names a ${ground.nouns[0]} of the map.` }),
    paint: (look) => {
      const colors = shades(look.tokens, both)
      const data = drawn.map(([name, value]) => ({ name, value, itemStyle: { areaColor: shadeOf(colors, value, from, to) } }))
      return painted(look, ground.map, ground.box, { type: 'map', geoIndex: 0, data }, data)
    },
    of: (_, index) => {
      const one = drawn[index]
      return one && { title: one[0], rows: [{ name: options.value ?? 'rows', text: exact(one[1]) }] }
    },
  }
}

/** The outlines, as large as the plane allows, their width set right in the middle of what is shown. */
function painted({ tokens, font, width, height }: Look, map: string, [west, north, east, south]: Box, series: object, regions: object[] = []): ChartOption {
  const aspectScale = Math.cos((((north + south) / 2) * Math.PI) / 180)
  const aspect = ((east - west) / (north - south)) * aspectScale
  const [wide, tall] = [width - MARGIN, height - MARGIN]
  return {
    animation: false,
    textStyle: { fontFamily: font },
    geo: {
      map,
      boundingCoords: [[west, north], [east, south]],
      aspectScale,
      layoutCenter: ['50%', '50%'],
      layoutSize: aspect > 1 ? Math.min(wide, tall * aspect) : Math.min(tall, wide / aspect),
      clip: true,
      silent: !regions.length,
      emphasis: { disabled: true },
      select: { disabled: true },
      itemStyle: { areaColor: tokens.grid, borderColor: tokens.surface, borderWidth: 0.75 },
      label: { show: false },
      regions,
    },
    series: [series],
  }
}

/** What holds all points, with a margin, and no closer than a few degrees. */
function boxOf(found: Point[]): Box {
  const [lats, lons] = [found.map(({ lat }) => lat), found.map(({ lon }) => lon)]
  const reach = (values: number[]) => values.reduce<[number, number]>(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [Infinity, -Infinity])
  const [[south, north], [west, east]] = [reach(lats), reach(lons)]
  const margin = (low: number, high: number) => Math.max((high - low) * 0.08, (LEAST_DEGREES - (high - low)) / 2, 0.5)
  const [tall, wide] = [margin(south, north), margin(west, east)]
  return [west - wide, Math.min(north + tall, 89), east + wide, Math.max(south - tall, -89)]
}
