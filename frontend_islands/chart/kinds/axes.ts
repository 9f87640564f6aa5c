import { compact } from '../../shared/numbers.ts'
import type { ChartOption } from '../echarts.ts'
import type { Figure } from '../figure.ts'
import { timeTicks } from '../timeTicks.ts'
import type { Tokens } from '../tokens.ts'

/** What line and bar charts share: the plane with its two axes. */
export function plane(figure: Figure, tokens: Tokens, fontFamily: string, bars: boolean, stacked: boolean): ChartOption {
  const label = { color: tokens.text, fontFamily, fontSize: 11, hideOverlap: true }
  const x = {
    axisLine: { show: true, onZero: bars, lineStyle: { color: tokens.axis } },
    axisTick: { show: figure.axis !== 'category', lineStyle: { color: tokens.axis } },
    splitLine: { show: false },
  }
  const category = {
    type: 'category',
    data: figure.categories,
    boundaryGap: bars,
    axisLabel: { ...label, width: 84, overflow: 'truncate', rotate: turned(figure.categories) },
  }
  const time = { type: 'time', boundaryGap: false, ...(figure.axis === 'time' ? moments(figure, label, x.axisTick) : {}) }
  const value = { type: 'value', scale: true, axisLabel: { ...label, formatter: compact } }
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily },
    grid: { left: 4, right: 12, top: 10, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { ...x, ...{ category, time, value }[figure.axis] },
    yAxis: {
      type: 'value',
      scale: !bars && !stacked && far(figure),
      minInterval: whole(figure) ? 1 : 0,
      axisLabel: { ...label, formatter: compact },
      axisLine: { show: false },
      axisTick: { show: false },
      splitNumber: 4,
      splitLine: { lineStyle: { color: tokens.grid } },
    },
  }
}

/** Marks of a time axis; ECharts' own choice mixes months with days at uneven distances. */
function moments(figure: Figure, label: object, tick: object): object {
  const [low, high] = reach(figure)
  const { values, label: words } = timeTicks(low, high, innerWidth < 720 ? 5 : 14)
  if (values.length < 2) return { axisLabel: label, axisTick: tick }
  const axisLabel = { ...label, customValues: values, formatter: words }
  return { axisLabel, axisTick: { ...tick, customValues: values } }
}

function reach(figure: Figure): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const { points } of figure.series) {
    for (let at = 0; at < points.length; at += 2) {
      const x = points[at] as number
      if (x < low) low = x
      if (x > high) high = x
    }
  }
  return [low, high]
}

/** A handful of long names is turned; where there are more, ECharts leaves names out. */
function turned(categories: string[]): number {
  const letters = categories.reduce((sum, name) => sum + Math.min(name.length, 16), 0)
  return categories.length > 4 && categories.length <= 40 && letters > 90 ? 35 : 0
}

/** Whether the values lie so far from zero that an axis from zero would flatten a line. */
function far(figure: Figure): boolean {
  let low = Infinity
  let high = -Infinity
  for (const { points } of figure.series) {
    for (let at = 1; at < points.length; at += 2) {
      const y = points[at] as number
      if (y < low) low = y
      if (y > high) high = y
    }
  }
  return (low > 0 || high < 0) && (high - low) < Math.max(Math.abs(low), Math.abs(high)) * 0.4
}

function whole(figure: Figure): boolean {
  return figure.series.every(({ column }) => column.kind === 'integer')
}
