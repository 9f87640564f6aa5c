/** Browsers stop at 17 to 33 million pixels, and positions lose whole pixels before that. */
const TALLEST = 5_000_000

/**
 * Maps the scroll position of an element of bounded height to a content of any height.
 *
 * Up to TALLEST pixels the two are the same. Beyond, a wheel or a finger still moves the content by the pixels it moved
 * (`shift` absorbs the difference), while the scrollbar's thumb moves it in proportion. `settle` then brings the thumb to
 * where it belongs without moving the content. All values are pixels.
 */
export class TallScroll {
  /** Where the content is scrolled to. */
  top = 0
  #native = 0
  #content = 0
  #viewport = 0

  /** Height that the element is given. */
  get height(): number {
    return Math.min(this.#content, TALLEST)
  }

  /** What to take from a place in the content to get its place in the element. */
  get shift(): number {
    return this.top - this.#native
  }

  get last(): number {
    return Math.max(this.#content - this.#viewport, 0)
  }

  resize(content: number, viewport: number): void {
    this.#content = content
    this.#viewport = viewport
    this.top = Math.min(this.top, this.last)
  }

  /** Takes in a scroll event. Returns a scroll position that has to be set instead, if any. */
  moved(native: number, inProportion: boolean): number | undefined {
    const delta = native - this.#native
    this.#native = native
    if (!this.#tall) {
      this.top = native
      return undefined
    }
    if (delta === 0) return undefined
    if (inProportion || Math.abs(delta) > this.#viewport * 1.5) {
      this.top = (native / this.#lastNative) * this.last
      return undefined
    }
    this.top = Math.min(Math.max(this.top + delta, 0), this.last)
    if (native > 0 && native < this.#lastNative - 1) return undefined
    const instead = this.settle()
    if (instead === undefined) this.top = native > 0 ? this.last : 0
    return instead
  }

  /** The scroll position at which the thumb tells the truth, where it does not already. */
  settle(): number | undefined {
    if (!this.#tall) return undefined
    const native = (this.top / this.last) * this.#lastNative
    return Math.abs(native - this.#native) >= 1 ? native : undefined
  }

  /** Goes to a place in the content. Returns the scroll position to set. */
  jump(top: number): number {
    this.top = Math.min(Math.max(top, 0), this.last)
    return this.#tall ? (this.top / this.last) * this.#lastNative : this.top
  }

  /** Says where the element really is after a position was set; browsers round it. */
  placed(native: number): void {
    this.#native = native
    if (!this.#tall) this.top = native
  }

  get #tall(): boolean {
    return this.#content > TALLEST
  }

  get #lastNative(): number {
    return Math.max(this.height - this.#viewport, 1)
  }
}
