/** An error to show in the editor of a field. `position` counts Unicode characters from 1; nothing: the whole text. */
export interface Mark {
  field: string
  position: number | undefined
  message: string
  hint: string
}

const connected = new Set<HTMLElement>()
const listeners = new Set<() => void>()

/** `<plumb-mark field position message hint>`: marks while it is in the document, wherever it stands. */
class PlumbMark extends HTMLElement {
  static readonly observedAttributes = ['field', 'position', 'message', 'hint']

  connectedCallback(): void {
    connected.add(this)
    tell()
  }

  disconnectedCallback(): void {
    connected.delete(this)
    tell()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) tell()
  }
}

let telling = false

/** Tells once for all changes of one swap. */
function tell(): void {
  if (telling) return
  telling = true
  queueMicrotask(() => {
    telling = false
    for (const call of listeners) call()
  })
}

export function marksOf(field: string): Mark[] {
  return [...connected]
    .filter((element) => element.getAttribute('field') === field)
    .map((element) => ({
      field,
      position: Number(element.getAttribute('position')) || undefined,
      message: element.getAttribute('message') ?? '',
      hint: element.getAttribute('hint') ?? '',
    }))
}

/** Calls back when any mark came, went or changed, until the returned function is called. */
export function onMarks(call: () => void): () => void {
  listeners.add(call)
  return () => listeners.delete(call)
}

export function definePlumbMark(): void {
  if (!customElements.get('plumb-mark')) customElements.define('plumb-mark', PlumbMark)
}
