import type { Kind } from '../kind.ts'
import Stat from '../Stat.vue'

/** One number, large. */
export default {
  title: 'Number',
  columns: ({ value, previous }) => {
    if (!value) throw new Error('Choose the column to show.')
    return [value, previous]
  },
  component: Stat,
} satisfies Kind
