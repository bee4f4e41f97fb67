import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { TimeView } from '../axis/time-view.ts'
import { nsAt, xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { eachColumn } from '../canvas/bins.ts'
import { useCanvas } from '../canvas/use-canvas.ts'
import type { Theme } from '../picture.ts'
import type { PictureTexts } from '../picture-texts.ts'
import type { TimelineRow } from './row.ts'

const HEIGHT = 38
/** How near an edge of the window must be pressed to drag it, in CSS pixels. */
const EDGE_PX = 7
/** What is looked for; logs and kernel traces tell of the same once more. */
const IN_OVERVIEW: ReadonlySet<string> = new Set(['resets', 'refused'])

/** All of the record in a strip, with a window on what is shown that can be dragged, widened, or drawn anew. */
export function Overview({
  rows,
  view,
  theme,
  texts,
  left,
}: {
  readonly rows: readonly TimelineRow[]
  readonly view: TimeView
  readonly theme: Theme
  readonly texts: PictureTexts
  /** Room that the names of the rows take above it. */
  readonly left: (width: number) => number
}): VNode {
  const scaleOf = (width: number): Scale => ({
    range: view.bounds,
    left: left(width),
    width: width - left(width),
  })
  const { ref, invalidate } = useCanvas(theme, ({ pen, width }, colours) => {
    const scale = scaleOf(width)
    pen.fillStyle = colours.raised
    pen.fillRect(scale.left, 0, scale.width, HEIGHT)
    const columnNs = (view.bounds.toNs - view.bounds.fromNs) / scale.width
    for (const row of rows) {
      if (row.kind === 'line' || (row.kind === 'events' && !IN_OVERVIEW.has(row.of.kind))) continue
      pen.fillStyle = colours[row.colour]
      pen.globalAlpha = row.kind === 'spans' ? 0.7 : 0.9
      const times = row.kind === 'spans' ? row.starts : row.times
      eachColumn(times, view.bounds.fromNs, columnNs, Math.ceil(scale.width), (column) => {
        if (row.kind === 'spans') pen.fillRect(scale.left + column, HEIGHT - 8, 1, 8)
        else pen.fillRect(scale.left + column, 4, 2, HEIGHT - 14)
      })
    }
    pen.globalAlpha = 1
    const from = Math.max(scale.left, xOf(scale, view.range.fromNs))
    const to = Math.min(width, xOf(scale, view.range.toNs))
    pen.fillStyle = colours.paper
    pen.globalAlpha = 0.62
    pen.fillRect(scale.left, 0, from - scale.left, HEIGHT)
    pen.fillRect(to, 0, width - to, HEIGHT)
    pen.globalAlpha = 1
    pen.strokeStyle = colours.accent
    pen.lineWidth = 1.5
    pen.strokeRect(from + 0.75, 0.75, Math.max(2, to - from - 1.5), HEIGHT - 1.5)
    pen.fillStyle = colours.accent
    pen.fillRect(from - 1, HEIGHT / 2 - 7, 4, 14)
    pen.fillRect(to - 3, HEIGHT / 2 - 7, 4, 14)
  })
  useEffect(() => view.onChange(invalidate), [view])
  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return undefined
    return addWindowDrag(canvas, view, scaleOf)
  }, [view])
  return (
    <canvas
      ref={ref}
      class="pic-overview"
      style={{ height: `${HEIGHT}px` }}
      title={texts.overview}
      aria-hidden="true"
    />
  )
}

function addWindowDrag(
  canvas: HTMLCanvasElement,
  view: TimeView,
  scaleOf: (width: number) => Scale,
): () => void {
  const stop = new AbortController()
  let part: 'from' | 'to' | 'all' | 'new' | undefined
  let last = 0
  let start = 0
  const xIn = (event: PointerEvent): number => event.clientX - canvas.getBoundingClientRect().left
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      const scale = scaleOf(canvas.clientWidth)
      const x = xIn(event)
      const from = xOf(scale, view.range.fromNs)
      const to = xOf(scale, view.range.toNs)
      if (Math.abs(x - from) <= EDGE_PX) part = 'from'
      else if (Math.abs(x - to) <= EDGE_PX) part = 'to'
      else part = x > from && x < to && !view.isAll ? 'all' : 'new'
      last = x
      start = nsAt(scale, x)
      canvas.setPointerCapture(event.pointerId)
    },
    { signal: stop.signal },
  )
  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (part === undefined) return
      const scale = scaleOf(canvas.clientWidth)
      const x = xIn(event)
      const ns = nsAt(scale, x)
      const { fromNs, toNs } = view.range
      if (part === 'all') view.pan(ns - nsAt(scale, last))
      else {
        const fixed = part === 'from' ? toNs : part === 'to' ? fromNs : start
        const least = (view.bounds.toNs - view.bounds.fromNs) / scale.width
        if (Math.abs(ns - fixed) > least) view.set({ fromNs: Math.min(ns, fixed), toNs: Math.max(ns, fixed) })
      }
      last = x
    },
    { signal: stop.signal },
  )
  for (const type of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(
      type,
      () => {
        part = undefined
      },
      { signal: stop.signal },
    )
  }
  return () => {
    stop.abort()
  }
}
