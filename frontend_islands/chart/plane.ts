import { compact } from '../shared/numbers.ts'
import { type ChartOption, use } from './echarts.ts'
import type { Figure } from './figure.ts'
import type { Look } from './kind.ts'
import type { Options } from './load.ts'
import { markSeries } from './markSeries.ts'
import { momentIn } from './moment.ts'
import { extentOf, spanOf } from './scale.ts'
import { timeTicks } from './timeTicks.ts'
import { LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'

use([GridComponent, MarkLineComponent, LineChart])

/** What charts on a plane share: the two or three axes. */
export function plane(figure: Figure, options: Options, look: Look, bars: boolean): ChartOption {
  const { tokens, font } = look
  const down = Boolean(options.horizontal)
  const label = { color: tokens.text, fontFamily: font, fontSize: 11, hideOverlap: true }
  const x = {
    axisLine: { show: true, onZero: bars, lineStyle: { color: tokens.axis } },
    axisTick: { show: figure.axis !== 'category', lineStyle: { color: tokens.axis } },
    splitLine: { show: false },
    inverse: down,
  }
  const category = {
    type: 'category',
    data: figure.categories,
    boundaryGap: bars,
    axisLabel: { ...label, width: down ? Math.min(160, look.width * 0.35) : 84, overflow: 'truncate', rotate: down ? 0 : turned(figure.categories), interval: down ? 0 : 'auto' },
  }
  const time = { type: 'time', boundaryGap: false, ...(figure.axis === 'time' ? moments(figure, label, x.axisTick, down ? 320 : look.width) : {}) }
  const value = { type: 'value', scale: true, axisLabel: { ...label, formatter: compact } }
  const across = { ...x, ...{ category, time, value }[figure.axis] }
  const up = yAxes(figure, options, look, bars, label)
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: font },
    grid: { left: 4, right: 12, top: figure.marks.length && !down ? 24 : 10, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: down ? up : across,
    yAxis: down ? across : up,
  }
}

function yAxes(figure: Figure, options: Options, look: Look, bars: boolean, label: object): object[] {
  const stacked = Boolean(options.stacked || options.percent)
  const sides = figure.series.some(({ right }) => right) ? [false, true] : [false]
  return sides.map((right) => {
    const own = figure.series.filter((one) => one.right === right)
    return {
      type: options.log ? 'log' : 'value',
      scale: !bars && !stacked && far(own.map(({ points }) => points)),
      minInterval: own.every(({ column }) => column.kind === 'integer') && !options.percent && !options.log ? 1 : 0,
      ...(options.percent ? { max: 100, interval: 25 } : {}),
      axisLabel: { ...label, formatter: options.percent ? (value: number) => `${value} %` : compact },
      axisLine: { show: false },
      axisTick: { show: false },
      splitNumber: 4,
      splitLine: { show: !right, lineStyle: { color: look.tokens.grid } },
    }
  })
}

/** What lies over the series: reference lines and annotations. */
export function over(figure: Figure, options: Options, look: Look): object[] {
  return [...referenceLines(figure, options, look), ...markSeries(figure, Boolean(options.horizontal), look)]
}

/** A silent series that holds the reference lines, and keeps them within the axis. */
function referenceLines(figure: Figure, options: Options, look: Look): object[] {
  const lines = options.lines ?? []
  const first = figure.series.find(({ points }) => points.length)?.points[0]
  if (!lines.length || first === undefined) return []
  const down = Boolean(options.horizontal)
  return [
    {
      type: 'line',
      silent: true,
      symbol: 'none',
      lineStyle: { width: 0 },
      data: lines.map(({ value }) => (down ? [value, first] : [first, value])),
      markLine: {
        silent: true,
        symbol: 'none',
        animation: false,
        precision: 10,
        lineStyle: { color: look.tokens.text, type: [4, 3], width: 1 },
        label: {
          position: down ? 'insideEndTop' : 'insideEndTop',
          color: look.tokens.text,
          fontFamily: look.font,
          fontSize: 11,
          formatter: ({ name }: { name: string }) => name,
        },
        data: lines.map(({ value, label }) => ({ name: label || compact(value), [down ? 'xAxis' : 'yAxis']: value })),
      },
    },
  ]
}

/** Marks of a time axis; ECharts' own choice mixes months with days at uneven distances. */
function moments(figure: Figure, label: object, tick: object, width: number): object {
  const { zone } = figure
  const [low, high] = spanOf(figure.series.map(({ points }) => points))
  const dates = figure.x.kind === 'date'
  const { values, label: words } = timeTicks(zone.toWall(low), zone.toWall(high), width < 420 ? 5 : width < 720 ? 8 : 14, dates)
  if (values.length < 2) {
    const only = low === high ? { customValues: [low] } : {}
    const axisLabel = { ...label, ...only, formatter: (value: number) => momentIn(zone, value, figure.x) }
    return { axisLabel, axisTick: { ...tick, ...only } }
  }
  const places = values.map((value) => zone.fromWall(value))
  const axisLabel = { ...label, customValues: places, formatter: (value: number) => words(zone.toWall(value)) }
  return { axisLabel, axisTick: { ...tick, customValues: places } }
}

/** A handful of long names is turned; where there are more, ECharts leaves names out. */
function turned(categories: string[]): number {
  const letters = categories.reduce((sum, name) => sum + Math.min(name.length, 16), 0)
  return categories.length > 4 && categories.length <= 40 && letters > 90 ? 35 : 0
}

/** Whether the values lie so far from zero that an axis from zero would flatten a line. */
function far(all: Float64Array[]): boolean {
  const [low, high] = extentOf(all)
  return (low > 0 || high < 0) && high - low < Math.max(Math.abs(low), Math.abs(high)) * 0.4
}
