import type { Kind } from './kind.ts'

const files = import.meta.glob<{ default: Kind }>('./kinds/*.ts')

/** The kind of this name, with the parts of ECharts that it alone needs. Throws with a sentence for others. */
export async function kindOf(name: string): Promise<Kind> {
  const load = files[`./kinds/${name}.ts`]
  if (!load) throw new Error(`This page cannot draw “${name}”.`)
  return (await load()).default
}
