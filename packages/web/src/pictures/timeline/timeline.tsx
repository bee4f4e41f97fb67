import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pressAxisKey } from '../axis/axis-keys.ts'
import type { Clock } from '../axis/clock.ts'
import { epochOf } from '../axis/clock.ts'
import { addGestures } from '../axis/gestures.ts'
import { boundsOf, drawable } from '../axis/range.ts'
import type { Scale } from '../axis/scale.ts'
import { useTimeView } from '../axis/use-time-view.ts'
import { useCanvas } from '../canvas/use-canvas.ts'
import type { PictureProps } from '../picture.ts'
import { TEXTS } from '../texts.ts'
import { TimeTools, Tip } from '../tools.tsx'
import { Bursts } from './bursts.tsx'
import { Chance, triggerOf } from './chance.tsx'
import { describeItem } from './describe-item.ts'
import { drawTimeline } from './draw-timeline.ts'
import { findItem } from './find-item.ts'
import type { TimelineItem } from './find-item.ts'
import { gutterOf, heightOfAll } from './layout.ts'
import { Overview } from './overview.tsx'
import { timelineRows } from './rows.ts'
import { itemNs, stepItem, STEPS } from './step-item.ts'

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
    return addGestures(canvas, {
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
      onHover: (x, y) => {
        const found = find(x, y)
        setPointed((before) =>
          before?.row === found?.row && before?.item === found?.item ? before : found && { ...found, x, y },
        )
      },
      onLeave: () => setPointed(undefined),
    })
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
    const step = STEPS.get(event.key)
    if (step !== undefined) move(stepItem(rows, cursor, step, fromNs))
    else if ((event.key === 'Enter' || event.key === ' ') && cursor !== undefined) choose(cursor)
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
