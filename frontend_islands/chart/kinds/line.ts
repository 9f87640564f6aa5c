import { figureOf } from '../figure.ts'
import { drawingOf } from '../figureDrawing.ts'
import { lines } from '../figureLines.ts'
import type { Kind } from '../kind.ts'
import { planeColumns } from '../planeColumns.ts'

/** A line for each series. */
export default {
  title: 'Line chart',
  columns: planeColumns,
  thins: ({ stacked, percent }) => !stacked && !percent,
  draw: (data, options, setting) =>
    drawingOf(data, figureOf(data, options, false, setting), options, (figure, chosen, look, hidden) =>
      lines(figure, chosen, look, hidden, false),
    ),
} satisfies Kind
