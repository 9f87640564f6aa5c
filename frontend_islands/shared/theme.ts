/** Which of the two themes holds now: `<html data-theme>` first, then the system's wish. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'dark' || chosen === 'light') return chosen === 'dark'
  return darkWish().matches
}

/** The same text as long as the page's colours are the same. */
export function themeNow(): string {
  const root = document.documentElement
  return `${isDark()} ${root.dataset.theme ?? ''} ${root.className}`
}

/** Calls back after the theme changed, until the returned function is called. */
export function onThemeChange(call: () => void): () => void {
  const observer = new MutationObserver(call)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  const wish = darkWish()
  wish.addEventListener('change', call)
  return () => {
    observer.disconnect()
    wish.removeEventListener('change', call)
  }
}

/**
 * Resolves colour tokens, as they hold at `element`, to `#rrggbb` or `#rrggbbaa`.
 *
 * Canvas and Monaco understand neither `var()` nor `oklch()`; the browser does, so it is asked to paint a pixel.
 */
export function readColors<K extends string>(element: Element, tokens: Record<K, string>): Record<K, string> {
  const keys = Object.keys(tokens) as K[]
  const box = document.createElement('span')
  box.hidden = true
  // All of them before the first is read: the styles are reckoned once.
  for (const key of keys) box.appendChild(document.createElement('i')).style.color = tokens[key]
  element.append(box)
  const colors = {} as Record<K, string>
  for (const [at, key] of keys.entries()) colors[key] = toHex(getComputedStyle(box.children[at] as Element).color)
  box.remove()
  return colors
}

let canvas: CanvasRenderingContext2D | null | undefined
const known = new Map<string, string>()

function toHex(color: string): string {
  const found = known.get(color) ?? painted(color)
  known.set(color, found)
  return found
}

function painted(color: string): string {
  canvas ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  })
  if (!canvas) return '#808080'
  canvas.clearRect(0, 0, 1, 1)
  canvas.fillStyle = color
  canvas.fillRect(0, 0, 1, 1)
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data as unknown as number[]
  const parts = alpha === 255 ? [red, green, blue] : [red, green, blue, alpha]
  return '#' + parts.map((part) => (part as number).toString(16).padStart(2, '0')).join('')
}

function darkWish(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}
