import { PieChart } from 'echarts/charts'
import { count, exact, headline } from '../../shared/numbers.ts'
import { type ChartOption, use } from '../echarts.ts'
import { cutNotes } from '../figure.ts'
import type { Drawing, Kind, Look } from '../kind.ts'
import { type Part, partsOf } from '../parts.ts'
import { colorOf } from '../tokens.ts'

use([PieChart])

const USUAL = 6
const NARROW = 480
const [HOLE, RING] = [46, 72] // per cent of the plane
const [SMALLEST, LARGEST] = [10, 20] // pixels of the sum within

/** A ring of parts, the largest from twelve o'clock on, each with its name and share beside it. */
export default {
  title: 'Pie chart',
  columns: ({ x, y }) => {
    if (!x || !y) throw new Error('Choose what the parts are, and their size.')
    return [x, y as string]
  },
  draw(data, options): Drawing {
    const { parts, whole, negative } = partsOf(data, options.x as string, options.y as string, options.top ?? USUAL)
    const notes = cutNotes(data)
    if (negative) notes.push(`${count(negative, 'row')} below zero left out: a part cannot be negative.`)
    const share = (part: Part) => `${((part.value / whole) * 100).toFixed(1)} %`
    return {
      legend: parts.map(({ name }, color) => ({ name, color })),
      heading: options.y as string,
      notes,
      summary: parts.map((part) => `${part.name} ${share(part)}`).join(', '),
      ...(parts.length ? {} : { empty: 'There is nothing above zero to share out.' }),
      paint: (look, hidden) => paint(parts, look, hidden),
      of: (_, index) => {
        const part = parts[index]
        if (!part) return undefined
        return { title: part.name, rows: [{ entry: index, name: options.y as string, text: exact(part.value) }, { name: 'of the whole', text: share(part) }] }
      },
    }
  },
} satisfies Kind

function paint(parts: Part[], look: Look, hidden: Set<string>): ChartOption {
  const { tokens, font } = look
  const shown = parts.map((part) => (hidden.has(part.name) ? 0 : part.value))
  const whole = shown.reduce((sum, value) => sum + value, 0)
  const text = { color: tokens.text, fontFamily: font, fontSize: 12 }
  return {
    animation: false,
    textStyle: { fontFamily: font },
    title: undefined,
    series: [
      {
        type: 'pie',
        radius: [`${HOLE}%`, `${RING}%`],
        emphasis: { disabled: true },
        data: parts.map(({ name, many }, at) => ({
          name,
          value: shown[at],
          itemStyle: { color: many > 1 ? tokens.axis : colorOf(tokens, at).color, borderColor: tokens.surface, borderWidth: 2 },
          label: { show: look.width >= NARROW && (shown[at] as number) / whole > 0.02 },
          labelLine: { show: look.width >= NARROW && (shown[at] as number) / whole > 0.02 },
        })),
        label: { ...text, formatter: ({ name, percent }: { name: string; percent: number }) => `${name.length > 26 ? `${name.slice(0, 25)}…` : name}  ${percent.toFixed(1)} %` },
        labelLine: { length: 8, length2: 10, lineStyle: { color: tokens.axis } },
      },
      {
        type: 'pie',
        silent: true,
        radius: ['0%', '0%'],
        label: { show: true, position: 'center', formatter: headline(whole), color: tokens.strong, fontFamily: font, fontSize: sizeWithin(headline(whole), look), fontWeight: 600 },
        labelLine: { show: false },
        data: [{ value: 1, itemStyle: { color: 'transparent' } }],
      },
    ],
  }
}

/** The size in which a text fits into the hole of the ring. */
function sizeWithin(text: string, { width, height }: Look): number {
  const hole = (Math.min(width, height) * HOLE) / 100
  return Math.max(Math.min((hole * 0.8) / (text.length * 0.6), LARGEST), SMALLEST)
}
