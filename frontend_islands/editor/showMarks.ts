import type { Mark } from './marks.ts'
import { monaco } from './monaco.ts'
import { offsetOf, stretchAt } from './positions.ts'

const OWNER = 'plumb'

/** Draws marks in an editor: a squiggle, a tinted line, and the message with its hint under the line. */
export class MarkPainter {
  readonly #editor: monaco.editor.IStandaloneCodeEditor
  readonly #lines: monaco.editor.IEditorDecorationsCollection
  readonly #measure: HTMLElement
  #zones: string[] = []

  /** `measure` is an element of the editor's width in which a message is laid out to learn its height. */
  constructor(editor: monaco.editor.IStandaloneCodeEditor, measure: HTMLElement) {
    this.#editor = editor
    this.#measure = measure
    this.#lines = editor.createDecorationsCollection()
  }

  paint(marks: Mark[], reveal: boolean): void {
    const model = this.#editor.getModel()
    if (!model) return
    const placed = marks.map((mark) => ({ mark, range: rangeOf(model, mark.position) }))
    monaco.editor.setModelMarkers(
      model,
      OWNER,
      placed.map(({ mark, range }) => ({ ...range, message: words(mark), severity: monaco.MarkerSeverity.Error })),
    )
    this.#lines.set(
      placed.map(({ range }) => ({
        range: new monaco.Range(range.startLineNumber, 1, range.startLineNumber, 1),
        options: { isWholeLine: true, className: 'peditor-mark-line', linesDecorationsClassName: 'peditor-mark-edge' },
      })),
    )
    this.#editor.changeViewZones((zones) => {
      for (const zone of this.#zones) zones.removeZone(zone)
      this.#zones = placed.map(({ mark, range }) => {
        const domNode = messageNode(mark)
        return zones.addZone({
          afterLineNumber: range.endLineNumber,
          heightInPx: this.#heightOf(domNode),
          domNode,
          suppressMouseDown: false,
        })
      })
    })
    const first = placed[0]
    if (reveal && first) this.#editor.revealLineInCenterIfOutsideViewport(first.range.startLineNumber)
  }

  #heightOf(node: HTMLElement): number {
    const copy = node.cloneNode(true) as HTMLElement
    const { contentWidth } = this.#editor.getLayoutInfo()
    this.#measure.style.width = `${contentWidth}px`
    this.#measure.append(copy)
    const height = copy.offsetHeight
    copy.remove()
    return Math.max(height, 20)
  }
}

function rangeOf(model: monaco.editor.ITextModel, position: number | undefined): monaco.Range {
  const text = model.getValue(monaco.editor.EndOfLinePreference.LF)
  if (position === undefined) return new monaco.Range(1, 1, 1, model.getLineMaxColumn(1))
  const { start, end } = stretchAt(text, offsetOf(text, position))
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end))
}

/** Built of text nodes only: a database's message is whatever somebody made it say. */
function messageNode(mark: Mark): HTMLElement {
  const box = document.createElement('div')
  box.className = 'peditor-mark-words'
  const text = document.createElement('div')
  text.className = 'peditor-mark-box'
  const message = document.createElement('strong')
  message.textContent = mark.message
  text.append(message)
  if (mark.hint) {
    const hint = document.createElement('span')
    hint.textContent = mark.hint
    text.append(hint)
  }
  box.append(text)
  return box
}

function words(mark: Mark): string {
  return mark.hint ? `${mark.message}\n${mark.hint}` : mark.message
}
