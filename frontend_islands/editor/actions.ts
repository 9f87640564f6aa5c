import { monaco } from './monaco.ts'

const { Alt, CtrlCmd, Shift } = monaco.KeyMod

/** What the page may ask for by `plumb:do` with the name of an action: a menu shows them, keys do them too. */
export function addActions(host: HTMLElement, editor: monaco.editor.IStandaloneCodeEditor): () => void {
  editor.addAction({
    id: 'plumb.format',
    label: 'Format',
    keybindings: [Shift | Alt | monaco.KeyCode.KeyF],
    contextMenuGroupId: '1_modification',
    run: layOut,
  })
  editor.addAction({
    id: 'plumb.explain',
    label: 'Explain',
    keybindings: [CtrlCmd | Shift | monaco.KeyCode.KeyE],
    run: () => void host.dispatchEvent(new CustomEvent('plumb:explain', { bubbles: true })),
  })
  const act = (event: Event) => {
    editor.focus()
    void editor.getAction((event as CustomEvent<{ action: string }>).detail.action)?.run()
  }
  host.addEventListener('plumb:do', act)
  return () => host.removeEventListener('plumb:do', act)
}

/** The selection, or everything, by a library that is fetched the first time. */
async function layOut(editor: monaco.editor.ICodeEditor): Promise<void> {
  const model = editor.getModel()
  const selection = editor.getSelection()
  if (!model || !selection) return
  const range = selection.isEmpty() ? model.getFullModelRange() : selection
  const version = model.getVersionId()
  const { formatted } = await import('./format.ts')
  if (model.getVersionId() !== version) return
  const sql = model.getValueInRange(range)
  const laid = formatted(sql)
  if (laid === undefined) {
    say(editor, 'This cannot be laid out: the editor does not understand all of it.')
  } else if (laid !== sql) {
    editor.pushUndoStop()
    editor.executeEdits('plumb.format', [{ range, text: laid }])
    editor.pushUndoStop()
  }
}

/** As a toast of the page. */
function say(editor: monaco.editor.ICodeEditor, message: string): void {
  editor.getDomNode()?.dispatchEvent(new CustomEvent('plumb:toast', { bubbles: true, detail: { message, tone: 'warning' } }))
}
