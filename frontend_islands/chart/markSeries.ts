import { LineChart } from 'echarts/charts'
import { MarkAreaComponent, MarkLineComponent } from 'echarts/components'
import { use } from './echarts.ts'
import type { Figure } from './figure.ts'
import type { Look } from './kind.ts'
import { spanOf } from './scale.ts'

use([LineChart, MarkAreaComponent, MarkLineComponent])

const LETTER = 6.2
const LONGEST = 24
/** Of the labels of the y axis, about; where exactly the plane begins, ECharts finds out later. */
const ASIDE = 48

/** A silent series that holds the annotations: a line for a moment, a band for a length of time. */
export function markSeries(figure: Figure, down: boolean, { tokens, font, width }: Look): object[] {
  const { marks } = figure
  if (!marks.length) return []
  const axis = down ? 'yAxis' : 'xAxis'
  const shown = down ? marks.map(() => '') : labels(figure, width)
  return [
    {
      type: 'line',
      silent: true,
      data: [],
      markLine: {
        silent: true,
        symbol: 'none',
        animation: false,
        lineStyle: { color: `${tokens.strong}90`, type: [2, 3], width: 1 },
        label: { position: 'end', align: 'left', distance: [2, 6], color: tokens.text, fontFamily: font, fontSize: 11, formatter: ({ name }: { name: string }) => name },
        data: marks.map(({ from }, at) => ({ name: shown[at], [axis]: from, label: { show: shown[at] !== '' } })),
      },
      markArea: {
        silent: true,
        animation: false,
        itemStyle: { color: tokens.strong, opacity: 0.08 },
        label: { show: false },
        data: marks.flatMap(({ from, to }) => (to === undefined ? [] : [[{ [axis]: from }, { [axis]: to }]])),
      },
    },
  ]
}

/** What is written above each mark; nothing where the one before it, or the edge, leaves no room. */
function labels({ marks, series }: Figure, width: number): string[] {
  const [low, high] = spanOf(series.map(({ points }) => points))
  let free = 0
  return marks.map(({ from, text }) => {
    const left = ASIDE + ((from - low) / (high - low || 1)) * (width - ASIDE)
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
    const right = left + short.length * LETTER
    if (left < free || right > width) return ''
    free = right + LETTER
    return short
  })
}
