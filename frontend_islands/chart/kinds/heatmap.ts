import { CustomChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { isNumeric, isTemporal } from '../../shared/columns.ts'
import { compact, count, type Datum, exact, words } from '../../shared/numbers.ts'
import { written } from '../../shared/written.ts'
import { type ChartOption, use } from '../echarts.ts'
import { cutNotes } from '../figure.ts'
import type { Drawing, Kind, Look, Setting } from '../kind.ts'
import { type Data, numberOf, type Options, pick } from '../load.ts'
import { momentIn } from '../moment.ts'
import { inkOn, shadeOf, shades } from '../shades.ts'
import { zoneFor } from '../zone.ts'

use([CustomChart, GridComponent])

/** One digit after the point, where a hundredth of the scale is more than the second. */
const BRIEF = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const MOST = 200

/** Cells of a grid; where one pair comes more than once, its last value counts. */
export default {
  title: 'Heat map',
  columns: ({ x, y, value }) => {
    if (!x || !y || !value) throw new Error('Choose a column for across, one for down and one for the colour.')
    return [x, y as string, value]
  },
  draw(data, options, setting): Drawing {
    const across = labelsOf(data, options.x as string, options, setting)
    const down = labelsOf(data, options.y as string, options, setting)
    const { values } = pick(data, options.value as string)
    const found = new Map<number, Cell>()
    let again = 0
    values.forEach((value, row) => {
      const [x, y, amount] = [across.places[row] as number, down.places[row] as number, numberOf(value)]
      if (x >= MOST || y >= MOST || Number.isNaN(amount)) return
      if (found.has(y * MOST + x)) again++
      found.set(y * MOST + x, [x, y, amount])
    })
    const cells = [...found.values()]
    const [low, high] = extent(cells)
    const both = low < 0 && high > 0
    const reach: [number, number] = both ? [-Math.max(-low, high), Math.max(-low, high)] : [low, high]
    const said = (value: number) => exact(value) + (options.unit ? ` ${options.unit}` : '')
    const end = (value: number) => BRIEF.format(value) + (options.unit ? ` ${options.unit}` : '')
    const notes = cutNotes(data)
    if (again) notes.push(`${count(again, 'cell value')} came more than once; the last one is drawn.`)
    if (across.names.length > MOST || down.names.length > MOST) notes.push(`The first ${MOST} each way.`)
    return {
      legend: [],
      heading: options.value as string,
      scale: { low: end(reach[0]), high: end(reach[1]), colors: (tokens) => shades(tokens, both) },
      notes,
      summary: `${count(cells.length, 'cell')}${cells.length ? ` from ${exact(low)} to ${exact(high)}` : ''}`,
      ...(cells.length ? {} : { empty: 'All values are NULL.' }),
      paint: (look) => paint(cells, across.names.slice(0, MOST), down.names.slice(0, MOST), look, reach, both),
      of: (_, index) => {
        const cell = cells[index]
        return cell && { title: `${down.names[cell[1]]} · ${across.names[cell[0]]}`, rows: [{ name: options.value as string, text: said(cell[2]) }] }
      },
    }
  },
} satisfies Kind

/** Place across, place down, value. */
type Cell = [number, number, number]

interface Labels {
  names: string[]
  places: number[]
}

/** Numbers and times by size, words as they come. */
function labelsOf(data: Data, name: string, options: Options, setting: Setting): Labels {
  const { column, values } = pick(data, name)
  const zone = zoneFor(column, options.time_zone || setting.zone)
  const seen = [...new Set(values)]
  if (isTemporal(column.kind) || isNumeric(column.kind)) seen.sort((a, b) => Number(a ?? Infinity) - Number(b ?? Infinity))
  const at = new Map(seen.map((value, place) => [value, place]))
  const named = (value: Datum) => (isTemporal(column.kind) && typeof value === 'number' ? momentIn(zone, value, column) : words(value, column))
  return { names: seen.map(named), places: values.map((value) => at.get(value) as number) }
}

function extent(cells: Cell[]): [number, number] {
  return cells.reduce<[number, number]>(([low, high], [, , value]) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

function paint(cells: Cell[], across: string[], down: string[], look: Look, [low, high]: [number, number], both: boolean): ChartOption {
  const { tokens, font, width } = look
  const colors = shades(tokens, both)
  const texts = cells.map(([, , value]) => (high - low < 10 ? compact(value) : written(BRIEF.format(value))))
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
  const label = { color: tokens.text, fontFamily: font, fontSize: 11, overflow: 'truncate' }
  const axis = { type: 'category', axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } }
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: { left: 4, right: 8, top: 4, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { ...axis, data: across, axisLabel: { ...label, width: 84, hideOverlap: true } },
    yAxis: { ...axis, data: down, inverse: true, axisLabel: { ...label, width: Math.min(150, width * 0.3), hideOverlap: true } },
    series: {
      type: 'custom',
      data: cells,
      renderItem: (params: { dataIndex: number }, api: { value(at: number): number; coord(at: number[]): number[]; size(of: number[]): number[] }) => {
        const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number]
        const [wide, tall] = api.size([1, 1]) as [number, number]
        const color = shadeOf(colors, api.value(2), low, high)
        const text = texts[params.dataIndex] as string
        const gap = Math.min(wide, tall) > 8 ? 1 : 0
        const left = x - wide / 2
        const shape = { x: left + gap, y: y - tall / 2 + gap, width: Math.max(wide - gap * 2, 1), height: Math.max(tall - gap * 2, 1), r: gap * 2 }
        const fits = tall > 16 && wide > longest * 6 + 4
        return {
          type: 'rect',
          shape,
          style: { fill: color },
          ...(fits ? { textContent: { type: 'text', silent: true, style: { text, fill: inkOn(color), font: `11px ${font}` } }, textConfig: { position: 'inside' } } : {}),
        }
      },
    },
  }
}
