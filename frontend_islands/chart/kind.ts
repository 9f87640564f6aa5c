import type { Component } from 'vue'
import type { ChartOption } from './echarts.ts'
import type { Data, Options, Range } from './load.ts'
import type { Marks } from './marks.ts'
import type { Tokens } from './tokens.ts'

/** A kind of chart: the default export of one file in `kinds/`, loaded when a page asks for it. */
export interface Kind {
  /** What it is called in the description for screen readers. */
  title: string
  /** Names of the columns that it reads. Throws with a sentence where a choice is missing. */
  columns(options: Options): (string | null | undefined)[]
  /** What is drawn on a canvas. Throws with a sentence where that cannot be. */
  draw?(data: Data, options: Options, setting: Setting): Drawing
  /** Loads what drawing with these options needs beside the file itself. */
  prepare?(options: Options): Promise<void>
  /** Whether many rows may come thinned to what is seen of them, as lines over a sorted x. */
  thins?(options: Options): boolean
  /** Instead of a canvas: a component with the properties `data`, `options`, `label`, `setting`. */
  component?: Component
}

/** What the page knows beside the data. */
export interface Setting {
  /** Name of the zone in which moments are read. */
  zone: string
  /** When the data was seen, in epoch milliseconds. */
  asOf: number | undefined
  /** Annotations, once they are here. */
  marks?: Marks | undefined
}

/** How the page looks at the moment, ready for a canvas. */
export interface Look {
  tokens: Tokens
  font: string
  /** Of the plane, in pixels. */
  width: number
  height: number
}

/** One thing that can be hidden: its name, and which of the chart colours is its own. */
export interface Entry {
  name: string
  color: number
  /** The axis that it stands on, where that is not the left one. */
  side?: string
}

export interface Row {
  /** Place in the legend; the colour comes from there. Without one there is no key. */
  entry?: number
  name: string
  text: string
}

export interface Said {
  title: string
  rows: Row[]
}

export interface Drawing {
  legend: Entry[]
  /** Said above the plane where there is no legend. */
  heading: string
  /** Instead of a legend: what colours from little to much stand for. */
  scale?: { low: string; high: string; colors(tokens: Tokens): string[] }
  notes: string[]
  /** What the series reach from and to, for people who listen. */
  summary: string
  /** Said over the plane, where nothing can be drawn. */
  empty?: string
  paint(look: Look, hidden: Set<string>): ChartOption
  /** Places along the axis that rows of the tip belong to; then `along` is told the nearest one. */
  along?: Along
  /** What a single mark says, for drawings without `along`. `data`: as the mark was painted. */
  of?(series: number, index: number): Said | undefined
}

export interface Along {
  /** Whether the axis goes down the page. */
  down: boolean
  /** From where to where, where a part of that can be looked at closer. */
  span?: Range
  /** Sorted places of each series, as flat pairs. */
  points(hidden: Set<string>): Float64Array[]
  said(place: number, hidden: Set<string>): Said
}
