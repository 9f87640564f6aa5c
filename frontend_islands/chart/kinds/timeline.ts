import { CustomChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { count } from '../../shared/numbers.ts'
import { type ChartOption, use } from '../echarts.ts'
import { cutNotes } from '../figure.ts'
import type { Drawing, Kind, Look } from '../kind.ts'
import { pick } from '../load.ts'
import { duration, momentIn } from '../moment.ts'
import { inkOn } from '../shades.ts'
import { type Span, type Spans, spansOf } from '../spans.ts'
import { timeTicks } from '../timeTicks.ts'
import { colorOf } from '../tokens.ts'
import { type Zone, zoneFor } from '../zone.ts'

use([CustomChart, GridComponent])

const MOST_LANES = 60
const THICKEST = 34

/** A line for each thing, coloured by the state that it was in. */
export default {
  title: 'State timeline',
  columns: ({ start, end, state, lane }) => {
    if (!start || !state) throw new Error('Choose when a state begins, and what the state is.')
    return [start, end, state, lane]
  },
  draw(data, options, { zone: zoneName, asOf }): Drawing {
    const { column } = pick(data, options.start as string)
    const zone = zoneFor(column, options.time_zone || zoneName)
    const found = spansOf(data, options, asOf)
    const { lanes, states, spans, without } = found
    const notes = cutNotes(data)
    if (without) notes.push(`${count(without, 'row')} without ${column.name} left out.`)
    if (lanes.length > MOST_LANES) notes.push(`The first ${MOST_LANES} of ${count(lanes.length, 'line')}.`)
    return {
      legend: states.map((name, color) => ({ name, color })),
      heading: states[0] ?? '',
      notes,
      summary: `${count(spans.length, 'span')} of ${count(states.length, 'state')}: ${states.slice(0, 12).join(', ')}`,
      ...(spans.length ? {} : { empty: 'No row says when a state began.' }),
      paint: (look, hidden) => paint(found, zone, look, hidden),
      of: (_, index) => {
        const span = spans[index]
        if (!span) return undefined
        const to = span.open ? 'not over' : momentIn(zone, span.to, column)
        return {
          title: [lanes[span.lane], states[span.state]].filter(Boolean).join(' · '),
          rows: [{ name: 'from', text: momentIn(zone, span.from, column) }, { name: 'to', text: to }, { name: 'for', text: duration(span.to - span.from) }],
        }
      },
    }
  },
} satisfies Kind

function paint({ lanes, states, spans }: Spans, zone: Zone, look: Look, hidden: Set<string>): ChartOption {
  const { tokens, font, width } = look
  const label = { color: tokens.text, fontFamily: font, fontSize: 11 }
  const [low, high] = spans.reduce(([first, last], { from, to }) => [Math.min(first, from), Math.max(last, to)], [Infinity, -Infinity])
  const { values, label: wordsOf } = timeTicks(zone.toWall(low), zone.toWall(high), width < 420 ? 4 : width < 720 ? 7 : 12)
  const places = values.map((value) => zone.fromWall(value))
  const marks = places.length > 1 ? { customValues: places } : {}
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: font },
    grid: { left: lanes.length > 1 || lanes[0] ? 4 : 8, right: 12, top: 4, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'time', min: low, max: high === low ? low + 1 : high,
      axisLabel: { ...label, hideOverlap: true, ...marks, formatter: (value: number) => wordsOf(zone.toWall(value)) },
      axisTick: { ...marks, lineStyle: { color: tokens.axis } }, axisLine: { lineStyle: { color: tokens.axis } }, splitLine: { show: false },
    },
    yAxis: {
      type: 'category', inverse: true, data: lanes.slice(0, MOST_LANES), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { ...label, width: Math.min(160, width * 0.3), overflow: 'truncate' },
    },
    series: {
      type: 'custom',
      clip: true,
      encode: { x: [1, 2], y: 0 },
      data: spans.map(({ lane, from, to, state, open }: Span) => [lane, from, to, state, open ? 1 : 0]),
      renderItem: (_: unknown, api: { value(at: number): number; coord(at: number[]): number[]; size(of: number[]): number[] }) => {
        const [lane, state] = [api.value(0), api.value(3)]
        const name = states[state] as string
        if (lane >= MOST_LANES || hidden.has(name)) return undefined
        const [left, middle] = api.coord([api.value(1), lane]) as [number, number]
        const [right] = api.coord([api.value(2), lane]) as [number, number]
        const tall = Math.min((api.size([0, 1])[1] as number) * 0.72, THICKEST)
        const { color, again } = colorOf(tokens, state)
        const shape = { x: left, y: middle - tall / 2, width: Math.max(right - left - 0.5, 1), height: tall, r: right - left > 8 ? 2 : 0 }
        const fits = tall > 14 && right - left > name.length * 6.6 + 12
        return {
          type: 'rect',
          shape,
          style: { fill: color, opacity: again ? 0.6 : api.value(4) ? 0.75 : 1 },
          ...(fits ? { textContent: { type: 'text', silent: true, style: { text: name, fill: inkOn(color), font: `11px ${font}` } }, textConfig: { position: 'inside' } } : {}),
        }
      },
    },
  }
}
