/**
 * Lends the page's nonce to the style elements that Monaco makes, so that no inline style has to be allowed for all.
 *
 * The server sends it as `<meta name="csp-nonce" nonce="...">`; browsers hide the attribute but keep the property.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce

if (nonce) {
  const create = document.createElement
  document.createElement = function (this: Document, tag: string, options?: ElementCreationOptions) {
    const element = create.call(this, tag, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  } as typeof document.createElement
}

/** Whether style elements work on this page; without them Monaco is unreadable and the textarea serves better. */
export function stylesAllowed(): boolean {
  const style = document.createElement('style')
  style.textContent = ':root{}'
  document.head.append(style)
  const allowed = (style.sheet?.cssRules.length ?? 0) > 0
  style.remove()
  return allowed
}
