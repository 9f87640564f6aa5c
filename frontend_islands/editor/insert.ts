import type { monaco } from './monaco.ts'

/** Puts text at each cursor, in place of what is selected, when the page sends `plumb:insert` to the element. */
export function acceptInserts(host: HTMLElement, editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const insert = (event: Event) => {
    const { text } = (event as CustomEvent<{ text: string }>).detail
    const model = editor.getModel()
    const selections = editor.getSelections()
    if (!model || !selections || editor.getRawOptions().readOnly) return
    editor.pushUndoStop()
    editor.executeEdits(
      'plumb.insert',
      selections.map((range) => {
        const before = model.getLineContent(range.startLineNumber).slice(0, range.startColumn - 1)
        const after = model.getLineContent(range.endLineNumber).slice(range.endColumn - 1)
        return { range, text: spaced(before, text, after), forceMoveMarkers: true }
      }),
    )
    editor.pushUndoStop()
    editor.setSelections((editor.getSelections() ?? []).map((range) => range.getEndPosition()).map(cursorAt))
    editor.focus()
  }
  host.addEventListener('plumb:insert', insert)
  return () => host.removeEventListener('plumb:insert', insert)
}

function cursorAt({ lineNumber, column }: monaco.IPosition): monaco.ISelection {
  return {
    selectionStartLineNumber: lineNumber,
    selectionStartColumn: column,
    positionLineNumber: lineNumber,
    positionColumn: column,
  }
}

/** Kept apart from a word, or a name in quotes, on either side; a dot or a bracket takes it as it is. */
export function spaced(before: string, text: string, after: string): string {
  return (/[\p{L}\p{N}_$"',)*]$/u.test(before) ? ' ' : '') + text + (/^[\p{L}\p{N}_$"']/u.test(after) ? ' ' : '')
}
