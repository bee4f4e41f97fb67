import type { ComponentChildren, VNode } from 'preact'
import type { Clock } from './axis/clock.ts'
import type { TimeView } from './axis/time-view.ts'
import type { PictureTexts } from './picture-texts.ts'

const STEP = 0.4

/** The buttons that every picture with a time axis has: what the wheel and the keys do, for who finds neither. */
export function TimeTools({
  view,
  mode,
  onMode,
  texts,
  children,
}: {
  readonly view: TimeView
  readonly mode: Clock['mode']
  readonly onMode: (mode: Clock['mode']) => void
  readonly texts: PictureTexts
  readonly children?: ComponentChildren
}): VNode {
  const zoom = (factor: number): void => {
    const { fromNs, toNs } = view.range
    const middle = (fromNs + toNs) / 2
    const half = ((toNs - fromNs) / 2) * factor
    view.moveTo({ fromNs: middle - half, toNs: middle + half })
  }
  return (
    <div class="pic-tools">
      <span class="pic-group">
        <button
          type="button"
          class="quiet"
          title={texts.zoomOut}
          aria-label={texts.zoomOut}
          onClick={() => zoom(1 / STEP)}
        >
          −
        </button>
        <button
          type="button"
          class="quiet"
          title={texts.zoomIn}
          aria-label={texts.zoomIn}
          onClick={() => zoom(STEP)}
        >
          +
        </button>
        <button type="button" class="quiet" onClick={() => view.moveTo(view.bounds)}>
          {texts.all}
        </button>
      </span>
      {children}
      <button type="button" class="quiet pic-end" onClick={() => onMode(mode === 'utc' ? 'relative' : 'utc')}>
        {mode === 'utc' ? texts.clockUtc : texts.clockRelative}
      </button>
    </div>
  )
}

/** What the pointer is at, beside it. */
export function Tip({
  x,
  y,
  width,
  title,
  lines,
}: {
  readonly x: number
  readonly y: number
  /** Of the canvas: the tip is on the side that has room. */
  readonly width: number
  readonly title: string
  readonly lines: readonly string[]
}): VNode {
  const side = x > width / 2 ? { right: `${width - x + 14}px` } : { left: `${x + 14}px` }
  return (
    <div class="pic-tip" style={{ ...side, top: `${y + 14}px` }} aria-hidden="true">
      <b>{title}</b>
      {lines.map((line, index) => (
        <span key={index}>{line}</span>
      ))}
    </div>
  )
}
