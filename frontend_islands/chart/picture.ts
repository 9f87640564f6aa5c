import type { ECharts } from './echarts.ts'
import type { Drawing, Look } from './kind.ts'

const MARGIN = 16
const LINE = 20
const SCALE = 2

export interface Wanted {
  title: string
  drawing: Drawing
  look: Look
  hidden: Set<string>
  legend: { name: string; color: string; shown: boolean }[]
  height: number
}

/** Words above the plane, with the colour of their key where they have one. Lengths in pixels. */
interface Word {
  text: string
  left: number
  top: number
  key?: string
}

/** The chart on its ground with title and legend, twice as fine as the screen. */
export function png(chart: ECharts, wanted: Wanted): Promise<Blob> {
  const { look, height } = wanted
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D
  const { words, above } = headOf(wanted, pen)
  canvas.width = (look.width + MARGIN * 2) * SCALE
  canvas.height = (height + above + MARGIN) * SCALE
  pen.scale(SCALE, SCALE)
  pen.fillStyle = look.tokens.surface
  pen.fillRect(0, 0, canvas.width, canvas.height)
  words.forEach(({ text, left, top, key }, at) => {
    if (key) {
      pen.fillStyle = key
      pen.fillRect(left, top - 9, 10, 10)
    }
    pen.font = fontOf(look, at)
    pen.fillStyle = at ? look.tokens.text : look.tokens.strong
    pen.fillText(text, left + (key ? 16 : 0), top)
  })
  pen.drawImage(chart.renderToCanvas({ pixelRatio: SCALE }), MARGIN, above, look.width, height)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('This browser makes no PNG.'))), 'image/png'))
}

/** The same as lines and letters, drawn again without a screen. */
export async function svg(wanted: Wanted): Promise<Blob> {
  const { drawing, look, hidden, height } = wanted
  const { init, use } = await import('echarts/core')
  use([(await import('./svgRenderer.ts')).SVGRenderer])
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: look.width, height })
  chart.setOption(drawing.paint(look, hidden))
  const plane = chart.renderToSVGString()
  chart.dispose()
  const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
  const { words, above } = headOf(wanted, pen)
  const [wide, tall] = [look.width + MARGIN * 2, height + above + MARGIN]
  const texts = words.map(({ text, left, top, key }, at) => {
    const square = key ? `<rect x="${left}" y="${top - 9}" width="10" height="10" rx="2" fill="${key}"/>` : ''
    const style = `font-size="${at ? 12 : 14}"${at ? '' : ' font-weight="600"'} fill="${at ? look.tokens.text : look.tokens.strong}"`
    return `${square}<text x="${left + (key ? 16 : 0)}" y="${top}" ${style}>${escaped(text)}</text>`
  })
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" font-family="${escaped(look.font)}">`
  const ground = `<rect width="100%" height="100%" fill="${look.tokens.surface}"/>`
  const body = `${head}${ground}${texts.join('')}<g transform="translate(${MARGIN} ${above})">${plane}</g></svg>`
  return new Blob([body], { type: 'image/svg+xml' })
}

/** Hands a file to the person. */
export function save(blob: Blob, title: string, extension: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 80) || 'chart'}.${extension}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function headOf({ title, legend, drawing, look }: Wanted, pen: CanvasRenderingContext2D): { words: Word[]; above: number } {
  const words: Word[] = [{ text: title, left: MARGIN, top: MARGIN + 12 }]
  let [left, top] = [MARGIN, MARGIN + 12 + LINE]
  pen.font = fontOf(look, 1)
  const shown = legend.filter((one) => one.shown)
  const entries: { text: string; key?: string }[] = shown.length > 1 ? shown.map(({ name, color }) => ({ text: name, key: color })) : [{ text: drawing.heading }]
  for (const entry of entries) {
    const wide = pen.measureText(entry.text).width + 36
    if (left + wide > look.width && left > MARGIN) [left, top] = [MARGIN, top + LINE]
    words.push({ ...entry, left, top })
    left += wide
  }
  return { words, above: top + 12 }
}

function fontOf(look: Look, at: number): string {
  return at ? `12px ${look.font}` : `600 14px ${look.font}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
