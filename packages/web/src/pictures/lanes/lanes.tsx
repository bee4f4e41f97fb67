import { lanesOf, undelta } from '@whyreset/core'
import type { Lane } from '@whyreset/core'
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pressAxisKey } from '../axis/axis-keys.ts'
import { epochOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import { AXIS_HEIGHT } from '../axis/draw-axis.ts'
import { addGestures } from '../axis/gestures.ts'
import { boundsOf } from '../axis/range.ts'
import type { Scale } from '../axis/scale.ts'
import { useTimeView } from '../axis/use-time-view.ts'
import { useCanvas } from '../canvas/use-canvas.ts'
import type { PictureProps } from '../picture.ts'
import { TEXTS } from '../texts.ts'
import { TimeTools, Tip } from '../tools.tsx'
import { show } from '../../show.ts'
import { describeLane } from './describe-lane.ts'
import { drawLanes, gutterOf } from './draw-lanes.ts'
import { groupLanes } from './group-lanes.ts'
import type { LaneGroup } from './group-lanes.ts'
import { LaneTools } from './lane-tools.tsx'
import { LaneLegend } from './legend.tsx'
import { endsOf, orderLanes } from './order-lanes.ts'
import type { LaneWish } from './order-lanes.ts'

const LANE_HEIGHT = 20
const DENSE_HEIGHT = 4
const MAX_HEIGHT = 620
/** From here on the whole is shown before the single one: names would need seven screens and more. */
const MANY = 200

/** Connections as lanes, one below the other; thousands are scrolled, only those in view are drawn. */
export function Lanes(props: PictureProps): VNode {
  const { exhibits, diagnosis, theme, lang } = props
  const texts = TEXTS[lang]
  const [mode, setMode] = useState<Clock['mode']>('utc')
  const [wish, setWish] = useState<Pick<LaneWish, 'order' | 'descending' | 'peer' | 'port' | 'outcome'>>({
    order: 'start',
    descending: false,
    peer: undefined,
    port: undefined,
    outcome: undefined,
  })
  const [denseChosen, setDense] = useState<boolean | undefined>(undefined)
  const [cursor, setCursor] = useState<number | undefined>(undefined)
  const [isFocused, setFocused] = useState(false)
  const [pointed, setPointed] = useState<{ place: number; x: number; y: number } | undefined>(undefined)
  const scroller = useRef<HTMLDivElement | null>(null)
  const clock = useMemo<Clock>(() => ({ epochNs: epochOf(exhibits.epoch), mode }), [exhibits, mode])
  const all = useMemo(() => lanesOf(exhibits), [exhibits])
  const collections = useMemo(() => stretches(exhibits.timeline.collections), [exhibits])
  const { range, filter } = props
  const ordered = useMemo(
    () => orderLanes(all, { ...wish, range, filter }, diagnosis, lang),
    [all, wish, range?.fromNs, range?.toNs, filter.text, filter.cause, diagnosis, lang],
  )
  const bounds = useMemo(() => boundsOf(exhibits), [exhibits])
  const view = useTimeView(bounds, range, props.onRange)
  const dense = denseChosen ?? ordered.length > MANY
  const { lanes, groups } = useMemo(
    () => (dense ? groupLanes(ordered) : { lanes: ordered, groups: [] }),
    [dense, ordered],
  )
  const laneHeight = dense ? DENSE_HEIGHT : LANE_HEIGHT
  const content = AXIS_HEIGHT + lanes.length * laneHeight + 6
  const height = Math.max(AXIS_HEIGHT + LANE_HEIGHT * 3, Math.min(MAX_HEIGHT, content))
  const chosen = props.selection.connection ?? rowOf(all, props.selection.incident)

  const scaleOf = (width: number): Scale => {
    const left = gutterOf(width)
    return { range: view.range, left, width: width - left }
  }
  const { ref, invalidate } = useCanvas(theme, (sheet, colours) => {
    const layout = {
      laneHeight,
      scrollTop: scroller.current?.scrollTop ?? 0,
      groups,
      told: ({ first, end, resets }: LaneGroup) => texts.inGroup(end - first, resets),
    }
    const marks = { cursor, pointed: pointed?.place, chosen }
    drawLanes(sheet, lanes, layout, scaleOf(sheet.width), clock, colours, collections, marks)
  })
  useEffect(() => view.onChange(invalidate), [view])
  const reveal = (place: number): void => {
    const box = scroller.current
    if (box === null) return
    const top = place * laneHeight
    const room = height - AXIS_HEIGHT - laneHeight
    if (top < box.scrollTop) box.scrollTop = top
    else if (top > box.scrollTop + room) box.scrollTop = top - room
  }
  // Another order or filter puts other lanes under the cursor; at once, before the next key is pressed.
  useLayoutEffect(() => {
    setCursor(undefined)
    setPointed(undefined)
  }, [lanes])

  // What was chosen elsewhere comes into view.
  useEffect(() => {
    const place = chosen === undefined ? -1 : lanes.findIndex(({ row }) => row === chosen)
    if (place >= 0) reveal(place)
  }, [chosen, lanes])

  const open = (place: number): void => {
    const lane = lanes[place]
    if (lane === undefined) return
    const { incident, finding } = lane
    props.onSelect({
      connection: lane.row,
      ...(incident === undefined ? {} : { incident }),
      ...(finding === undefined ? {} : { finding }),
    })
  }
  const placeAt = (y: number): number | undefined => {
    if (y < AXIS_HEIGHT) return undefined
    const place = Math.floor((y - AXIS_HEIGHT + (scroller.current?.scrollTop ?? 0)) / laneHeight)
    return place < lanes.length ? place : undefined
  }
  const act = useRef({ open, placeAt })
  act.current = { open, placeAt }

  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return undefined
    return addGestures(canvas, {
      view,
      scale: () => scaleOf(canvas.clientWidth),
      selects: () => false,
      onClick: (_, y) => {
        const place = act.current.placeAt(y)
        if (place !== undefined) act.current.open(place)
      },
      onScroll: (dy) => {
        if (scroller.current !== null) scroller.current.scrollTop += dy
      },
      onHover: (x, y) => {
        const place = act.current.placeAt(y)
        setPointed((before) =>
          before?.place === place ? before : place === undefined ? undefined : { place, x, y },
        )
      },
      onLeave: () => setPointed(undefined),
    })
  }, [view])

  const step = (to: number): void => {
    const place = Math.max(0, Math.min(lanes.length - 1, to))
    setCursor(place)
    reveal(place)
  }
  const onKey = (event: KeyboardEvent): void => {
    const lane = cursor === undefined ? undefined : lanes[cursor]
    if (pressAxisKey(event, view, lane?.lastNs)) return
    const page = Math.floor((height - AXIS_HEIGHT) / laneHeight)
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[event.key]
    if (by !== undefined && lanes.length > 0) step(cursor === undefined ? 0 : cursor + by)
    else if (event.key === 'End') step(lanes.length - 1)
    else if ((event.key === 'Enter' || event.key === ' ') && cursor !== undefined) open(cursor)
    else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && lane !== undefined) {
      view.reveal(event.key === 'ArrowLeft' ? lane.firstNs : lane.lastNs)
    } else return
    event.preventDefault()
  }

  const atKeys = (place: number): { place: number; x: number; y: number } => ({
    place,
    x: gutterOf(ref.current?.clientWidth ?? 0),
    y: AXIS_HEIGHT + (place + 1) * laneHeight - (scroller.current?.scrollTop ?? 0),
  })
  const describe = (lane: Lane): string[] => describeLane(lane, diagnosis, lang, clock)
  const told = cursor === undefined ? undefined : lanes[cursor]
  // What the keys are at is told as fully as what the pointer is at.
  const at = pointed ?? (isFocused && cursor !== undefined ? atKeys(cursor) : undefined)
  const tip = at === undefined ? undefined : lanes[at.place]
  return (
    <div class="pic">
      <TimeTools view={view} mode={mode} onMode={setMode} texts={texts}>
        <LaneTools
          wish={wish}
          onWish={(change) => setWish({ ...wish, ...change })}
          filter={filter}
          onFilter={props.onFilter}
          lanes={all}
          diagnosis={diagnosis}
          lang={lang}
        />
        <button type="button" class="quiet" aria-pressed={dense} onClick={() => setDense(!dense)}>
          {texts.dense}
        </button>
        <span class="pic-count" aria-live="polite">
          {lanes.length === 0 ? texts.noLanes : texts.shownOf(lanes.length, all.length)}
        </span>
      </TimeTools>
      <div class="pic-stage">
        <div class="pic-scroll" ref={scroller} style={{ height: `${height}px` }} onScroll={invalidate}>
          <canvas
            ref={ref}
            class="pic-canvas"
            style={{ height: `${height - 2}px` }}
            tabIndex={0}
            role="application"
            aria-label={texts.lanesName(lanes.length)}
            aria-describedby="lanes-hint"
            onKeyDown={onKey}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
          />
          <div class="pic-spacer" style={{ height: `${Math.max(0, content - height)}px` }} />
        </div>
        {tip !== undefined && at !== undefined && (
          <Tip
            x={at.x}
            y={at.y}
            width={ref.current?.clientWidth ?? 0}
            title={show(endsOf(tip))}
            lines={describe(tip)}
          />
        )}
      </div>
      <LaneLegend texts={texts} hasCollections={collections.length > 0} />
      <p id="lanes-hint" class="pic-hint">
        {texts.lanesHint}
        {exhibits.lanes.share < 1 && ` ${texts.sampled(percent(exhibits.lanes.share))}`}
      </p>
      <p class="sr" aria-live="polite">
        {told !== undefined &&
          cursor !== undefined &&
          texts.listed([
            texts.position(cursor + 1, lanes.length),
            show(endsOf(told)),
            ...describe(told),
            texts.openLadder,
          ])}
      </p>
    </div>
  )
}

function rowOf(lanes: readonly Lane[], incident: number | undefined): number | undefined {
  return incident === undefined ? undefined : lanes.find((lane) => lane.incident === incident)?.row
}

function stretches(
  series: PictureProps['exhibits']['timeline']['collections'],
): { starts: Float64Array; ends: Float64Array }[] {
  return series.map(({ startNs, lengthNs }) => {
    const starts = undelta(startNs)
    return { starts, ends: starts.map((start, index) => start + (lengthNs[index] ?? 0)) }
  })
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
