import { undelta } from '@whyreset/core'
import type { Exhibits, TriggerExhibit } from '@whyreset/core'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pressAxisKey } from '../axis/axis-keys.ts'
import type { Clock } from '../axis/clock.ts'
import { epochOf } from '../axis/clock.ts'
import { addGestures } from '../axis/gestures.ts'
import { boundsOf, drawable } from '../axis/range.ts'
import type { Scale } from '../axis/scale.ts'
import { useTimeView } from '../axis/use-time-view.ts'
import { lowerBound } from '../canvas/bins.ts'
import { useCanvas } from '../canvas/use-canvas.ts'
import type { PictureProps } from '../picture.ts'
import { TEXTS } from '../texts.ts'
import { TimeTools, Tip } from '../tools.tsx'
import { Chance, triggerOf } from './chance.tsx'
import { describeItem } from './describe-item.ts'
import { drawTimeline, itemNs } from './draw-timeline.ts'
import { findItem } from './find-item.ts'
import type { TimelineItem } from './find-item.ts'
import { gutterOf, heightOfAll } from './layout.ts'
import { Overview } from './overview.tsx'
import { timelineRows } from './rows.ts'

/** A burst is shown with the collection before it: shares of the time between them that are left free before and after. */
const FREE_BEFORE = 0.2
const FREE_AFTER = 0.45
/** How much is shown around a burst that followed none, in nanoseconds. */
const AROUND_BURST_NS = 40e6

/** Resets, collections, log errors, sockets and connections on one time axis. */
export function Timeline(props: PictureProps): VNode {
  const { exhibits, diagnosis, theme, lang } = props
  const texts = TEXTS[lang]
  const [mode, setMode] = useState<Clock['mode']>('utc')
  const [selects, setSelects] = useState(false)
  const [cursor, setCursor] = useState<TimelineItem | undefined>(undefined)
  const [pointed, setPointed] = useState<(TimelineItem & { x: number; y: number }) | undefined>(undefined)
  const brush = useRef<{ from: number; to: number } | undefined>(undefined)
  const clock = useMemo<Clock>(() => ({ epochNs: epochOf(exhibits.epoch), mode }), [exhibits, mode])
  const rows = useMemo(() => timelineRows(exhibits, diagnosis, texts, lang), [exhibits, diagnosis, lang])
  const bounds = useMemo(() => boundsOf(exhibits), [exhibits])
  const view = useTimeView(bounds, props.range, props.onRange)
  const height = heightOfAll(rows)

  const scaleOf = (width: number): Scale => {
    const left = gutterOf(width)
    return { range: view.range, left, width: width - left }
  }
  const chosen =
    props.selection.incident === undefined ? undefined : diagnosis.incidents[props.selection.incident]
  const chosenNs = chosen === undefined ? undefined : Number(epochOf(chosen.time) - clock.epochNs)
  const marked = cursor ?? pointed
  const { ref, invalidate } = useCanvas(theme, (sheet, colours) => {
    const marks = { cursor: marked, chosenNs, brush: brush.current }
    drawTimeline(sheet, rows, scaleOf(sheet.width), clock, colours, marks)
  })
  useEffect(() => view.onChange(invalidate), [view])

  const sources = { diagnosis, exhibits, texts, lang, clock }
  const describe = (at: TimelineItem): ReturnType<typeof describeItem> | undefined => {
    const row = rows[at.row]
    return row === undefined ? undefined : describeItem(row, at.item, sources)
  }
  const choose = (at: TimelineItem): void => {
    const select = describe(at)?.select
    if (select !== undefined) props.onSelect(select)
  }
  const act = useRef({ selects, rows, choose })
  act.current = { selects, rows, choose }

  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return undefined
    const scale = (): Scale => scaleOf(canvas.clientWidth)
    const find = (x: number, y: number): TimelineItem | undefined => findItem(act.current.rows, scale(), x, y)
    const letGo = addGestures(canvas, {
      view,
      scale,
      selects: () => act.current.selects,
      onBrush: (pixels) => {
        brush.current = pixels
        invalidate()
      },
      onSelected: (range) => view.moveTo(drawable(range.fromNs, range.toNs)),
      onClick: (x, y) => {
        const found = find(x, y)
        setCursor(found)
        if (found !== undefined) act.current.choose(found)
      },
    })
    const hover = (event: PointerEvent): void => {
      if (event.buttons !== 0) return
      const found = find(event.offsetX, event.offsetY)
      setPointed((before) =>
        before?.row === found?.row && before?.item === found?.item
          ? before
          : found && { ...found, x: event.offsetX, y: event.offsetY },
      )
    }
    const leave = (): void => setPointed(undefined)
    canvas.addEventListener('pointermove', hover)
    canvas.addEventListener('pointerleave', leave)
    canvas.addEventListener('pointerdown', leave)
    return () => {
      letGo()
      canvas.removeEventListener('pointermove', hover)
      canvas.removeEventListener('pointerleave', leave)
      canvas.removeEventListener('pointerdown', leave)
    }
  }, [view])

  const move = (to: TimelineItem | undefined): void => {
    const row = to === undefined ? undefined : rows[to.row]
    setCursor(to)
    if (to !== undefined && row !== undefined) view.reveal(itemNs(row, to.item))
  }
  const onKey = (event: KeyboardEvent): void => {
    const row = cursor === undefined ? undefined : rows[cursor.row]
    const about = cursor === undefined || row === undefined ? undefined : itemNs(row, cursor.item)
    if (pressAxisKey(event, view, about)) return
    const { fromNs, toNs } = view.range
    const nearestOf = (place: number): TimelineItem | undefined => {
      const target = rows[place]
      if (target === undefined) return undefined
      const times = target.kind === 'spans' ? target.starts : target.times
      const item = lowerBound(times, about ?? fromNs)
      return times.length === 0 ? undefined : { row: place, item: Math.min(item, times.length - 1) }
    }
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (step !== undefined) {
      const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight'
      if (cursor === undefined || row === undefined) move(nearestOf(0))
      else if (sideways) {
        const count = row.kind === 'spans' ? row.starts.length : row.times.length
        move({ ...cursor, item: Math.min(count - 1, Math.max(0, cursor.item + step)) })
      } else move(nearestOf(Math.min(rows.length - 1, Math.max(0, cursor.row + step))) ?? cursor)
    } else if ((event.key === 'Enter' || event.key === ' ') && cursor !== undefined) choose(cursor)
    else if (event.key === 'Escape') {
      setCursor(undefined)
      props.onSelect({})
      view.set({ fromNs, toNs })
    } else return
    event.preventDefault()
  }

  const told = cursor === undefined ? undefined : describe(cursor)
  const tip = pointed === undefined ? undefined : describe(pointed)
  const cursorRow = cursor === undefined ? undefined : rows[cursor.row]
  const trigger = exhibits.timeline.triggers.find(
    (candidate) => triggerOf(diagnosis, candidate) !== undefined,
  )
  const numbers = trigger === undefined ? undefined : triggerOf(diagnosis, trigger)
  const canvasWidth = ref.current?.clientWidth ?? 0
  return (
    <div class="pic">
      <TimeTools view={view} mode={mode} onMode={setMode} texts={texts}>
        <button type="button" class="quiet" aria-pressed={selects} onClick={() => setSelects(!selects)}>
          {selects ? texts.dragSelects : texts.dragPans}
        </button>
        {trigger !== undefined && <Bursts trigger={trigger} exhibits={exhibits} view={view} texts={texts} />}
      </TimeTools>
      <div class="pic-beside">
        <div class="pic-stage">
          <canvas
            ref={ref}
            class="pic-canvas"
            style={{ height: `${height}px` }}
            tabIndex={0}
            role="application"
            aria-label={`${texts.timelineName}. ${texts.timelineSummary(rows.map((row) => row.label))}`}
            aria-describedby="timeline-hint"
            onKeyDown={onKey}
          />
          <Overview rows={rows} view={view} theme={theme} texts={texts} left={gutterOf} />
          {tip !== undefined && pointed !== undefined && (
            <Tip x={pointed.x} y={pointed.y} width={canvasWidth} {...tip} />
          )}
          <p id="timeline-hint" class="pic-hint">
            {texts.hint}
          </p>
        </div>
        {trigger !== undefined && numbers !== undefined && (
          <Chance trigger={numbers} exhibit={trigger} exhibits={exhibits} texts={texts} />
        )}
      </div>
      <p class="sr" aria-live="polite">
        {told !== undefined &&
          cursorRow !== undefined &&
          texts.inRow(cursorRow.label, texts.listed([told.title, ...told.lines]))}
      </p>
    </div>
  )
}

/** From one burst to the next, near enough to see the collection before it. */
function Bursts({
  trigger,
  exhibits,
  view,
  texts,
}: {
  readonly trigger: TriggerExhibit
  readonly exhibits: Exhibits
  readonly view: ReturnType<typeof useTimeView>
  readonly texts: (typeof TEXTS)['en']
}): VNode {
  const [at, setAt] = useState<number | undefined>(undefined)
  const burstNs = undelta(trigger.burstNs)
  const go = (step: number): void => {
    const count = burstNs.length
    const next = at === undefined ? (step > 0 ? 0 : count - 1) : (at + step + count) % count
    setAt(next)
    const ns = burstNs[next] ?? 0
    const collections = undelta(exhibits.timeline.collections[trigger.collections]?.startNs ?? [])
    const start = collections[trigger.followed[next] ?? -1]
    const free = start === undefined ? AROUND_BURST_NS : ns - start
    view.moveTo(drawable((start ?? ns) - free * FREE_BEFORE, ns + free * FREE_AFTER))
  }
  return (
    <span class="pic-group">
      <button
        type="button"
        class="quiet"
        aria-label={texts.previousBurst}
        title={texts.previousBurst}
        onClick={() => go(-1)}
      >
        ‹
      </button>
      <span class="pic-count" aria-live="polite">
        {at === undefined ? texts.bursts(burstNs.length) : texts.burstOf(at + 1, burstNs.length)}
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={texts.nextBurst}
        title={texts.nextBurst}
        onClick={() => go(1)}
      >
        ›
      </button>
    </span>
  )
}
