import { type Options, ysOf } from './load.ts'

/** What charts with an x and a y read. Throws where one of them is not chosen. */
export function planeColumns(options: Options): (string | null | undefined)[] {
  if (!options.x || !ysOf(options).length) throw new Error('Choose a column for the x axis and one for y.')
  return [options.x, ...ysOf(options), options.series]
}
