import { shallowRef } from 'vue'
import type { ECharts } from './echarts.ts'
import type { Range } from './load.ts'

const LEAST = 8

/** A part of the x axis drawn with the pointer. `chart`: nothing where none may be drawn. Lengths in pixels. */
export function useBand(chart: () => ECharts | undefined, choose: (range: Range) => void) {
  const band = shallowRef<{ left: number; width: number }>()
  let start: number | undefined

  function pointerdown(event: PointerEvent): void {
    if (event.button || !chart()?.containPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY])) return
    start = event.offsetX
  }

  function pointermove(event: PointerEvent): void {
    if (start === undefined) return
    const width = Math.abs(event.offsetX - start)
    if (width < LEAST && !band.value) return
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
    band.value = { left: Math.min(start, event.offsetX), width }
  }

  function pointerup(): void {
    const [drawn, surface] = [band.value, chart()]
    band.value = start = undefined
    if (!drawn || drawn.width < LEAST || !surface) return
    const at = (left: number) => surface.convertFromPixel({ xAxisIndex: 0 }, left) as unknown as number
    choose([at(drawn.left), at(drawn.left + drawn.width)])
  }

  function pointercancel(): void {
    band.value = start = undefined
  }

  return { band, pointerdown, pointermove, pointerup, pointercancel }
}
