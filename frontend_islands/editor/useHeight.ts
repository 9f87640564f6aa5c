import { onBeforeUnmount, onMounted, ref } from 'vue'

const LOWEST = 96
const STEP = 24

/** Height that somebody dragged the editor to, remembered for the next page under `key`. Nothing: as the page says. */
export function useHeight(host: HTMLElement, key: string) {
  const height = ref(remembered(key))

  function set(pixels: number): void {
    height.value = Math.round(Math.min(Math.max(pixels, LOWEST), window.innerHeight * 0.9))
    apply()
    try {
      localStorage.setItem(key, String(height.value))
    } catch {
      // private mode: then it is not remembered
    }
  }

  function apply(): void {
    if (height.value) host.style.setProperty('--editor-height', `${height.value}px`)
  }

  function onPointerDown(event: PointerEvent): void {
    const handle = event.currentTarget as HTMLElement
    const start = event.clientY
    const before = host.offsetHeight
    handle.setPointerCapture(event.pointerId)
    const move = (moved: PointerEvent) => set(before + moved.clientY - start)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true })
    event.preventDefault()
  }

  function onKeydown(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? STEP : event.key === 'ArrowUp' ? -STEP : 0
    if (!by) return
    set(host.offsetHeight + by)
    event.preventDefault()
  }

  onMounted(() => {
    apply()
    if (!height.value) height.value = host.offsetHeight
  })
  onBeforeUnmount(() => host.style.removeProperty('--editor-height'))
  return { height, lowest: LOWEST, onKeydown, onPointerDown }
}

function remembered(key: string): number {
  try {
    return Number(localStorage.getItem(key)) || 0
  } catch {
    return 0
  }
}
