import { ref, shallowRef } from 'vue'
import { RequestFailed } from '../shared/http.ts'
import { type Arrangement, AS_IT_IS, type Filter, type Sort } from './arrangement.ts'

/** Changes of the arrangement, and what the server has against them. */
export function useArrangement(
  current: { value: Arrangement },
  arrange: (how: Arrangement) => Promise<void>,
  arranged: () => void,
) {
  /** What is wrong with the value of the filter that was asked for last. */
  const problem = ref('')
  /** What is wrong otherwise. */
  const refusal = ref('')
  const editing = shallowRef<Filter>()

  async function ask(how: Partial<Arrangement>): Promise<boolean> {
    problem.value = refusal.value = ''
    try {
      await arrange({ ...current.value, ...how })
      arranged()
      return true
    } catch (error) {
      const fields = error instanceof RequestFailed ? error.fields : {}
      const named = Object.entries(fields).find(([field]) => field.startsWith('filter.'))
      if (named && how.filters) problem.value = named[1]
      else refusal.value = error instanceof Error ? error.message : String(error)
      return false
    }
  }

  return {
    problem, refusal, editing,
    sort: (sort: Sort[]) => ask({ sort }),
    search: (search: string) => ask({ search }),
    clear: () => ask(AS_IT_IS),
    remove: (filter: Filter) => ask({ filters: current.value.filters.filter((each) => each !== filter) }),
    /** Puts a filter in the place of another one, or adds it. */
    apply: (filter: Filter, before: Filter | undefined) => {
      const kept = current.value.filters
      return ask({ filters: before ? kept.map((each) => (each === before ? filter : each)) : [...kept, filter] })
    },
  }
}
