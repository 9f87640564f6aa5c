import { words } from '../shared/numbers.ts'
import { type Data, numberOf, pick } from './load.ts'

export interface Part {
  name: string
  value: number
  /** How many categories are in it; more than one in what is called other. */
  many: number
}

export interface Parts {
  /** Largest first, what is left over last. */
  parts: Part[]
  whole: number
  /** Rows that have no place in a whole. */
  negative: number
}

/** What each value of a column has of the sum, the small ones beyond `top` as one. */
export function partsOf(data: Data, by: string, value: string, top: number): Parts {
  const names = pick(data, by)
  const { values } = pick(data, value)
  const sums = new Map<string, number>()
  let negative = 0
  names.values.forEach((name, row) => {
    const amount = numberOf(values[row])
    if (amount < 0) negative++
    else if (amount > 0) {
      const word = words(name, names.column)
      sums.set(word, (sums.get(word) ?? 0) + amount)
    }
  })
  const all = [...sums].map(([name, amount]): Part => ({ name, value: amount, many: 1 })).sort((a, b) => b.value - a.value)
  const kept = all.length === top + 1 ? all : all.slice(0, top)
  const rest = all.slice(kept.length)
  if (rest.length) kept.push({ name: `Other (${rest.length})`, value: rest.reduce((sum, one) => sum + one.value, 0), many: rest.length })
  return { parts: kept, whole: all.reduce((sum, one) => sum + one.value, 0), negative }
}
