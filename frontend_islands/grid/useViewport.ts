import { computed, onBeforeUnmount, onMounted, ref, type Ref, shallowRef, watch } from 'vue'
import type { Place } from './selection.ts'
import { HEADER } from './selection.ts'
import { TallScroll } from './tallScroll.ts'

const ROWS_AROUND = 10
const PIXELS_ASIDE = 240
const SETTLE_MS = 150

/** Which rows and columns are in sight, and where they go. Lengths in pixels, ends inclusive. */
export function useViewport(
  scroller: Ref<HTMLElement | null>,
  rowCount: Ref<number>,
  rowHeight: number,
  headHeight: number,
  /** Of what covers the lower edge; 0 without totals. */
  footHeight: Ref<number>,
  widths: Ref<number[]>,
  /** How many columns stay at the left edge. */
  frozen: Ref<number>,
) {
  const tall = new TallScroll()
  const height = ref(Math.min(rowCount.value * rowHeight, 5_000_000))
  const rows = shallowRef({ first: 0, last: -1, y: 0 })
  const sight = shallowRef({ first: 0, last: -1 })
  const across = shallowRef({ left: 0, width: 0 })
  const numberWidth = Math.max(String(rowCount.value).length * 7 + 18, 36)

  const edges = computed(() => {
    const edges = [0]
    for (const width of widths.value) edges.push((edges.at(-1) as number) + width)
    return edges
  })
  const fullWidth = computed(() => numberWidth + (edges.value.at(-1) as number))
  const columns = computed(() => {
    const { left, width } = across.value
    const first = Math.max(columnAtEdge(left - PIXELS_ASIDE), frozen.value)
    return { first, last: Math.max(columnAtEdge(left + width + PIXELS_ASIDE), first) }
  })
  const frozenWidth = computed(() => edges.value[frozen.value] as number)
  /** Tracks of the CSS grid in each row: the row's number, frozen columns, what is left out, the columns in sight. */
  const tracks = computed(() => {
    const { first, last } = columns.value
    const pixels = (from: number, to: number) => widths.value.slice(from, to).map((width) => `${width}px `).join('')
    const left = (edges.value[Math.min(first, widths.value.length)] as number) - frozenWidth.value
    return `${numberWidth}px ${pixels(0, frozen.value)}${left}px ${pixels(first, last + 1)}`
  })

  let dragging = false
  let settling = 0
  let observer: ResizeObserver | undefined

  function columnAtEdge(x: number): number {
    let low = 0
    let high = widths.value.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((edges.value[middle] as number) <= x) low = middle
      else high = middle - 1
    }
    return Math.max(low, 0)
  }

  /** The height in which rows are seen. */
  function roomFor(element: HTMLElement): number {
    return element.clientHeight - headHeight - footHeight.value
  }

  function onScroll(): void {
    const element = scroller.value
    if (!element) return
    const native = tall.moved(element.scrollTop, dragging)
    if (native === undefined) look()
    else put(native)
    window.clearTimeout(settling)
    settling = window.setTimeout(settle, SETTLE_MS)
  }

  function settle(): void {
    const native = dragging ? undefined : tall.settle()
    if (native !== undefined) put(native)
  }

  function put(native: number): void {
    const element = scroller.value
    if (!element) return
    element.scrollTop = native
    tall.placed(element.scrollTop)
    look()
  }

  function look(): void {
    const element = scroller.value
    if (!element) return
    const visible = roomFor(element)
    const first = Math.max(Math.floor(tall.top / rowHeight), 0)
    const last = Math.min(Math.ceil((tall.top + visible) / rowHeight) - 1, rowCount.value - 1)
    const start = Math.max(first - ROWS_AROUND, 0)
    sight.value = { first, last }
    rows.value = {
      first: start,
      last: Math.min(last + ROWS_AROUND, rowCount.value - 1),
      y: Math.round(start * rowHeight - tall.shift),
    }
    across.value = { left: element.scrollLeft, width: element.clientWidth - numberWidth }
  }

  function measure(): void {
    const element = scroller.value
    if (!element) return
    tall.resize(rowCount.value * rowHeight, Math.max(roomFor(element), 0))
    height.value = tall.height
    look()
  }

  /** Back to the first row. */
  function toTop(): void {
    put(tall.jump(0))
  }

  /** Scrolls as little as it takes for the cell to be in sight. */
  function reveal(place: Place): void {
    const element = scroller.value
    if (!element) return
    if (place.row !== HEADER) {
      const visible = roomFor(element)
      const top = place.row * rowHeight
      if (top < tall.top) put(tall.jump(top))
      else if (top + rowHeight > tall.top + visible) put(tall.jump(top + rowHeight - visible))
    }
    if (place.column >= frozen.value) {
      const left = (edges.value[place.column] as number) - frozenWidth.value
      const right = (edges.value[place.column + 1] as number) - frozenWidth.value
      const room = element.clientWidth - numberWidth - frozenWidth.value
      if (left < element.scrollLeft || right - left > room) element.scrollLeft = left
      else if (right > element.scrollLeft + room) element.scrollLeft = right - room
    }
    look()
  }

  /** The cell under a point of the window, the nearest one where the point is outside. Column -1: the row's number. */
  function placeAt(clientX: number, clientY: number): Place {
    const element = scroller.value as HTMLElement
    const box = element.getBoundingClientRect()
    const y = Math.min(Math.max(clientY - box.top - headHeight, 0), roomFor(element) - 1)
    const x = Math.min(clientX - box.left, element.clientWidth - 1) - numberWidth
    return {
      row: Math.min(Math.max(Math.floor((tall.top + y) / rowHeight), 0), rowCount.value - 1),
      column: x < 0 ? -1 : columnAtEdge(x < frozenWidth.value ? x : x + element.scrollLeft),
    }
  }

  function onPointerDown(event: PointerEvent): void {
    dragging = event.target === scroller.value && event.offsetX >= (scroller.value as HTMLElement).clientWidth
  }

  function onPointerMove(event: PointerEvent): void {
    if (event.buttons === 0) dragging = false
  }

  onMounted(() => {
    observer = new ResizeObserver(measure)
    observer.observe(scroller.value as HTMLElement)
    measure()
  })
  watch(edges, look)
  watch([rowCount, footHeight], measure)
  onBeforeUnmount(() => {
    observer?.disconnect()
    window.clearTimeout(settling)
  })

  return {
    across, columns, edges, fullWidth, height, numberWidth, rows, sight, tracks,
    onPointerDown, onPointerMove, onScroll, placeAt, reveal, toTop,
  }
}
