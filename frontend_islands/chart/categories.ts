import { count, type Datum } from '../shared/numbers.ts'
import { numberOf, type Options } from './load.ts'

/** Categories in the order that was asked for, the small ones left out or made one. */
export interface Arranged {
  categories: string[]
  /** From an old place to the new one; null for what is left out. */
  placeOf: (number | null)[]
  /** The place of what was added up. */
  other: number | undefined
  note: string
}

/** `places` are those of the rows, `columns` their values: the size of a category is the sum of what it has. */
export function arrange(categories: string[], places: number[], columns: Datum[][], options: Options, most: number): Arranged {
  const sizes = new Float64Array(categories.length)
  for (const values of columns) places.forEach((place, row) => (sizes[place] = (sizes[place] as number) + (numberOf(values[row]) || 0)))
  const order = categories.map((_, at) => at)
  const size = (at: number) => sizes[at] as number
  let kept = order
  if (options.top && options.top < order.length) {
    const chosen = new Set([...order].sort((a, b) => size(b) - size(a)).slice(0, options.top))
    kept = order.filter((at) => chosen.has(at))
  } else if (options.sort === 'largest') kept = [...order].sort((a, b) => size(b) - size(a))
  if (options.sort === 'largest') kept = [...kept].sort((a, b) => size(b) - size(a))
  if (options.sort === 'smallest') kept = [...kept].sort((a, b) => size(a) - size(b))
  if (options.sort === 'name') kept = [...kept].sort((a, b) => (categories[a] as string).localeCompare(categories[b] as string, 'en', { numeric: true }))
  const fitting = kept.slice(0, most)
  const rest = order.length - fitting.length
  const adds = Boolean(options.other && options.top && rest)
  const placeOf: (number | null)[] = order.map(() => (adds ? fitting.length : null))
  fitting.forEach((at, place) => (placeOf[at] = place))
  return {
    categories: [...fitting.map((at) => categories[at] as string), ...(adds ? [`Other (${rest})`] : [])],
    placeOf,
    other: adds ? fitting.length : undefined,
    note: note(options, fitting.length, order.length, adds),
  }
}

function note(options: Options, kept: number, all: number, adds: boolean): string {
  if (kept === all) return ''
  const whole = count(all, 'category', 'categories')
  if (adds) return `The ${kept} largest of ${whole}; “Other” adds up the rest.`
  return `The ${options.top ? `${kept} largest` : `first ${kept}`} of ${whole}.`
}
