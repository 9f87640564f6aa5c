import { onBeforeUnmount, type Ref } from 'vue'
import type { Place } from './selection.ts'

/** Selecting with a mouse: press, drag past the edge to scroll, release. A finger scrolls, so there it is a tap. */
export function useDrag(
  scroller: Ref<HTMLElement | null>,
  placeAt: (x: number, y: number) => Place,
  pick: (place: Place, extend: boolean) => void,
) {
  let point = { x: 0, y: 0 }
  let frame = 0

  function onPointerDown(event: PointerEvent): void {
    if (event.pointerType === 'touch' || event.button !== 0 || !inBody(event)) return
    pick(placeAt(event.clientX, event.clientY), event.shiftKey)
    point = { x: event.clientX, y: event.clientY }
    window.addEventListener('pointermove', onMove)
    window.addEventListener('pointerup', stop, { once: true })
    window.addEventListener('pointercancel', stop, { once: true })
    frame = requestAnimationFrame(pull)
  }

  function onClick(event: MouseEvent): void {
    if ((event as PointerEvent).pointerType !== 'touch' || !inBody(event)) return
    pick(placeAt(event.clientX, event.clientY), event.shiftKey)
  }

  function onMove(event: PointerEvent): void {
    if (event.clientX === point.x && event.clientY === point.y) return
    point = { x: event.clientX, y: event.clientY }
    pick(placeAt(point.x, point.y), true)
  }

  /** Scrolls while the pointer is outside, faster the farther out. */
  function pull(): void {
    const element = scroller.value
    if (!element) return
    const box = element.getBoundingClientRect()
    const down = beyond(point.y, box.top, box.bottom)
    const right = beyond(point.x, box.left, box.right)
    if (down || right) {
      element.scrollBy(right, down)
      pick(placeAt(point.x, point.y), true)
    }
    frame = requestAnimationFrame(pull)
  }

  function stop(): void {
    cancelAnimationFrame(frame)
    window.removeEventListener('pointermove', onMove)
    window.removeEventListener('pointerup', stop)
    window.removeEventListener('pointercancel', stop)
  }

  onBeforeUnmount(stop)
  return { onPointerDown, onClick }
}

function inBody(event: MouseEvent): boolean {
  return (event.target as HTMLElement).closest('.pgrid-body') !== null
}

function beyond(at: number, from: number, to: number): number {
  if (at < from) return Math.max((at - from) / 2, -60)
  return at > to ? Math.min((at - to) / 2, 60) : 0
}
