import type { TimeRange } from '../picture.ts'
import { panned, revealed, zoomed } from './range.ts'

/** How long a movement that nobody's hand makes takes, in milliseconds. */
const MOVE_MS = 180

/**
 * What a picture shows of time, changed by hand many times a second. The picture draws on each change; the page hears
 * of it when it is at rest.
 */
export class TimeView {
  readonly bounds: TimeRange
  #range: TimeRange
  #moving: number | undefined
  readonly #listeners = new Set<() => void>()

  constructor(bounds: TimeRange, range: TimeRange = bounds) {
    this.bounds = bounds
    this.#range = range
  }

  get range(): TimeRange {
    return this.#range
  }

  /** Whether all of the record is in view. */
  get isAll(): boolean {
    return this.#range.fromNs <= this.bounds.fromNs && this.#range.toNs >= this.bounds.toNs
  }

  set(range: TimeRange): void {
    this.#stop()
    this.#show(range)
  }

  zoom(aboutNs: number, factor: number): void {
    this.set(zoomed(this.#range, aboutNs, factor, this.bounds))
  }

  pan(byNs: number): void {
    this.set(panned(this.#range, byNs, this.bounds))
  }

  reveal(ns: number): void {
    this.set(revealed(this.#range, ns, this.bounds))
  }

  /** Goes there in sight of the reader, who else would not know where it went; at once for who wants no motion. */
  moveTo(range: TimeRange): void {
    this.#stop()
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#show(range)
      return
    }
    const from = this.#range
    const start = performance.now()
    const step = (now: number): void => {
      const share = Math.min(1, Math.max(0, now - start) / MOVE_MS)
      const eased = 1 - (1 - share) ** 3
      this.#moving = share < 1 ? requestAnimationFrame(step) : undefined
      this.#show(share < 1 ? between(from, range, eased) : range)
    }
    this.#moving = requestAnimationFrame(step)
  }

  /** Calls back on each change, until what it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #show(range: TimeRange): void {
    if (range.fromNs === this.#range.fromNs && range.toNs === this.#range.toNs) return
    this.#range = range
    for (const listener of this.#listeners) listener()
  }

  #stop(): void {
    if (this.#moving !== undefined) cancelAnimationFrame(this.#moving)
    this.#moving = undefined
  }
}

/** Widths go by their logarithm: halfway from an hour to a millisecond is two seconds, not half an hour. */
function between(from: TimeRange, to: TimeRange, share: number): TimeRange {
  const widthFrom = from.toNs - from.fromNs
  const widthTo = to.toNs - to.fromNs
  const width = widthFrom * (widthTo / widthFrom) ** share
  // The moment that stays in place while one range turns into the other.
  const grown = widthTo === widthFrom ? share : (width - widthFrom) / (widthTo - widthFrom)
  const fromNs = from.fromNs + (to.fromNs - from.fromNs) * grown
  return { fromNs, toNs: fromNs + width }
}
