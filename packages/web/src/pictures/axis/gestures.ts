import type { TimeRange } from '../picture.ts'
import { nsAt } from './scale.ts'
import type { Scale } from './scale.ts'
import type { TimeView } from './time-view.ts'

/** Wheels report a hundred or so for a notch; a trackpad one to ten for each step of a pinch. */
const ZOOM_PER_WHEEL = 0.0022
/** A wheel that counts in lines, or in pages. */
const LINE_PX = 16
/** A press that moves less is a click. */
const CLICK_PX = 4

export interface GestureTarget {
  readonly view: TimeView
  /** As it is now. */
  readonly scale: () => Scale
  /** Whether dragging selects; with Shift it does the other. */
  readonly selects: () => boolean
  /** While a selection is dragged, in CSS pixels of the element; undefined when it ends. */
  readonly onBrush?: (pixels: { readonly from: number; readonly to: number } | undefined) => void
  readonly onSelected?: (range: TimeRange) => void
  readonly onClick?: (x: number, y: number) => void
  /** Vertical movement of a drag, for what scrolls. */
  readonly onScroll?: (dy: number) => void
  /** Where the pointer is while nothing is pressed. */
  readonly onHover?: (x: number, y: number) => void
  /** The pointer went away, or began to press. */
  readonly onLeave?: () => void
}

interface Press {
  readonly id: number
  readonly startX: number
  readonly selects: boolean
  x: number
  y: number
  moved: boolean
}

/** Wheel, drag, pinch, double click and hovering on an element that shows time. Call what it returns to let go of it. */
export function addGestures(element: HTMLElement, target: GestureTarget): () => void {
  const { view, scale } = target
  const presses = new Map<number, Press>()
  const stop = new AbortController()
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => element.addEventListener(type, listener, { signal: stop.signal, passive: false })

  on('wheel', (event) => {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX
    // A pinch on a trackpad arrives as a wheel with Ctrl. The plain wheel is the page's, which scrolls.
    if (event.ctrlKey || event.metaKey || event.altKey) {
      view.zoom(nsAt(scale(), xIn(element, event)), Math.exp(event.deltaY * unit * ZOOM_PER_WHEEL))
    } else {
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
      if (sideways === 0 || Math.abs(sideways) < Math.abs(event.deltaY) / 2) return
      view.pan(perPixel(scale()) * sideways * unit)
    }
    event.preventDefault()
  })

  on('pointerdown', (event) => {
    if (event.button !== 0) return
    const x = xIn(element, event)
    if (x < scale().left && target.onClick === undefined) return
    const selects = target.onSelected !== undefined && event.shiftKey !== target.selects()
    presses.set(event.pointerId, {
      id: event.pointerId,
      startX: x,
      selects,
      x,
      y: event.clientY,
      moved: false,
    })
    element.setPointerCapture(event.pointerId)
  })

  on('pointermove', (event) => {
    const press = presses.get(event.pointerId)
    if (press === undefined) return
    const x = xIn(element, event)
    const other = [...presses.values()].find((candidate) => candidate !== press)
    if (Math.abs(x - press.startX) >= CLICK_PX || other !== undefined) press.moved = true
    if (!press.moved) return
    if (other !== undefined) pinch(view, scale(), press.x, x, other.x)
    else if (press.selects) target.onBrush?.({ from: press.startX, to: x })
    else {
      view.pan(-perPixel(scale()) * (x - press.x))
      if (event.pointerType === 'mouse') target.onScroll?.(press.y - event.clientY)
    }
    press.x = x
    press.y = event.clientY
  })

  const end = (event: PointerEvent, cancelled: boolean): void => {
    const press = presses.get(event.pointerId)
    if (press === undefined) return
    presses.delete(event.pointerId)
    if (press.selects) target.onBrush?.(undefined)
    if (cancelled) return
    if (!press.moved) target.onClick?.(press.x, event.clientY - element.getBoundingClientRect().top)
    else if (press.selects) {
      const [from, to] = [press.startX, press.x].toSorted((a, b) => a - b)
      if (from !== undefined && to !== undefined) {
        target.onSelected?.({ fromNs: nsAt(scale(), from), toNs: nsAt(scale(), to) })
      }
    }
  }
  on('pointerup', (event) => end(event, false))
  on('pointercancel', (event) => end(event, true))

  on('dblclick', (event) => {
    const range = view.range
    const about = nsAt(scale(), xIn(element, event))
    const half = (range.toNs - range.fromNs) / (event.shiftKey ? 0.5 : 8)
    view.moveTo({ fromNs: about - half, toNs: about + half })
  })

  on('pointermove', (event) => {
    if (event.buttons === 0) target.onHover?.(event.offsetX, event.offsetY)
  })
  on('pointerleave', () => target.onLeave?.())
  on('pointerdown', () => target.onLeave?.())

  return () => stop.abort()
}

function pinch(view: TimeView, scale: Scale, before: number, now: number, other: number): void {
  const widthBefore = Math.max(8, Math.abs(before - other))
  const widthNow = Math.max(8, Math.abs(now - other))
  view.zoom(nsAt(scale, other), widthBefore / widthNow)
}

function xIn(element: HTMLElement, event: MouseEvent): number {
  return event.clientX - element.getBoundingClientRect().left
}

function perPixel(scale: Scale): number {
  return (scale.range.toNs - scale.range.fromNs) / scale.width
}
