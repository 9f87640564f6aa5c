/** The same element without Monaco: the textarea, with the same two events. */
export function definePlainEditor(): void {
  if (customElements.get('plumb-editor')) return
  customElements.define(
    'plumb-editor',
    class extends HTMLElement {
      #timer = 0

      connectedCallback(): void {
        this.addEventListener('keydown', this.#onKey)
        this.addEventListener('input', this.#onInput)
        this.addEventListener('plumb:insert', this.#onInsert)
      }

      disconnectedCallback(): void {
        window.clearTimeout(this.#timer)
        this.removeEventListener('keydown', this.#onKey)
        this.removeEventListener('input', this.#onInput)
        this.removeEventListener('plumb:insert', this.#onInsert)
      }

      readonly #onKey = (event: KeyboardEvent): void => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        this.#tell('plumb:run')
      }

      readonly #onInput = (): void => {
        window.clearTimeout(this.#timer)
        this.#timer = window.setTimeout(() => this.#tell('plumb:change'), 300)
      }

      readonly #onInsert = (event: Event): void => {
        const field = this.querySelector('textarea')
        field?.setRangeText((event as CustomEvent<{ text: string }>).detail.text, field.selectionStart, field.selectionEnd, 'end')
        field?.focus()
        this.#onInput()
      }

      #tell(name: string): void {
        const value = this.querySelector('textarea')?.value ?? ''
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { value } }))
      }
    },
  )
}
