import type { monaco } from './monaco.ts'
import { codePoints } from './schema.ts'

/**
 * Writes which part of the text is selected into the form's field `selection`, as `start-end` in code points, and
 * marks the form with `data-selected` meanwhile. Empty: everything runs.
 */
export function tellSelection(host: HTMLElement, editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const form = host.closest('form')
  const field = form?.elements.namedItem('selection')
  if (!form || !(field instanceof HTMLInputElement)) return () => {}
  const tell = () => {
    const [range, ...others] = editor.getSelections() ?? []
    const model = editor.getModel()
    const part = range && model && others.length === 0 ? model.getValueInRange(range) : ''
    const chosen = part.trim() !== ''
    form.toggleAttribute('data-selected', chosen)
    if (!chosen || !range || !model) {
      field.value = ''
      return
    }
    const start = codePoints(model.getValue().slice(0, model.getOffsetAt(range.getStartPosition())))
    field.value = `${start}-${start + codePoints(part)}`
  }
  const listening = editor.onDidChangeCursorSelection(tell)
  return () => listening.dispose()
}
