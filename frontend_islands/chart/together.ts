/** So long a page may stand still for drawing; what is left then waits for its turn. */
const TURN_MS = 150

interface Step {
  measure(): void
  draw(): void
}

const waiting = new Set<Step>()

/**
 * Draws soon, with all who ask in the meantime: every one is measured before the first is painted, for each painting
 * would have the page laid out again before the next can be measured. Call what it returns to be left out.
 */
export function together<T>(measure: () => T, draw: (measured: T) => void): () => void {
  let measured: T
  const step = {
    measure: () => void (measured = measure()),
    draw: () => draw(measured),
  }
  if (!waiting.size) setTimeout(run)
  waiting.add(step)
  return () => waiting.delete(step)
}

function run(): void {
  const until = performance.now() + TURN_MS
  for (const step of waiting) if (!safely(step.measure)) waiting.delete(step)
  for (const step of waiting) {
    if (performance.now() > until) break
    waiting.delete(step)
    safely(step.draw)
  }
  if (waiting.size) setTimeout(run)
}

/** One that fails does not stand in the others' way. */
function safely(call: () => void): boolean {
  try {
    call()
    return true
  } catch (error) {
    reportError(error)
    return false
  }
}
