import { type App, type Component, createApp } from 'vue'

/**
 * Registers `tag` as a custom element in light DOM that holds a Vue component while it is in the document.
 *
 * The browser calls it when htmx swaps the element in or out, so nothing has to be started or stopped by hand. The
 * component gets `host` (the element) and `props` (the JSON of its script child, or {}). A change of an attribute in
 */
export function defineIsland(tag: string, component: Component, observed: string[] = ['src']): void {
  if (customElements.get(tag)) return
  customElements.define(
    tag,
    class extends HTMLElement {
      static readonly observedAttributes = observed
      #app: App | undefined
      #root: HTMLElement | undefined

      connectedCallback(): void {
        if (document.readyState === 'loading') {
          document.addEventListener('DOMContentLoaded', () => this.#mount(), { once: true })
        } else this.#mount()
      }

      disconnectedCallback(): void {
        this.#unmount()
      }

      attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
        if (!this.#app || before === after) return
        this.#unmount()
        this.#mount()
      }

      #mount(): void {
        if (this.#app || !this.isConnected) return
        this.#root = document.createElement('div')
        this.#root.className = 'island'
        this.append(this.#root)
        this.#app = createApp(component, { host: this, props: readProps(this) })
        this.#app.mount(this.#root)
        this.dataset.ready = ''
      }

      #unmount(): void {
        this.#app?.unmount()
        this.#root?.remove()
        this.#app = this.#root = undefined
        delete this.dataset.ready
      }
    },
  )
}

function readProps(host: HTMLElement): unknown {
  const text = host.querySelector(':scope > script[type="application/json"]')?.textContent
  return text ? JSON.parse(text) : {}
}
