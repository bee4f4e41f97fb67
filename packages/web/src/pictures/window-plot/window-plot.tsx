import { lanesOf, segmentsOf } from '@whyreset/core'
import type { Ladder, Segment } from '@whyreset/core'
import type { VNode } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { pressAxisKey } from '../axis/axis-keys.ts'
import { epochOf, lengthOf, momentOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import { addGestures } from '../axis/gestures.ts'
import { boundsOf, drawable } from '../axis/range.ts'
import { nsAt } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { TimeView } from '../axis/time-view.ts'
import { useCanvas } from '../canvas/use-canvas.ts'
import { chosenConnection } from '../ladder/chosen-ladder.ts'
import type { PictureProps, Theme } from '../picture.ts'
import { size } from '../numbers.ts'
import { TEXTS } from '../texts.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { TimeTools, Tip } from '../tools.tsx'
import { drawPlot, PLOT_HEIGHT, PLOT_LEFT } from './draw-plot.ts'
import { plotSeries, valueAt } from './plot-series.ts'
import type { PlotSeries } from './plot-series.ts'

/** The smaller direction is a request: below this it says nothing about windows. */
const MIN_BYTES = 16_384

/** For each direction of the chosen connection: bytes sent, acknowledged, and the limit, over time. */
export function WindowPlot(props: PictureProps): VNode {
  const { exhibits, diagnosis, selection, lang } = props
  const texts = TEXTS[lang]
  const lanes = useMemo(() => lanesOf(exhibits), [exhibits])
  const chosen = chosenConnection(selection, lanes, exhibits, diagnosis)
  if (chosen === undefined) return <p class="empty">{texts.ladder.filterOnly}</p>
  if (chosen.ladder === undefined) return <p class="empty">{texts.ladder.none(exhibits.ladders.length)}</p>
  return (
    <Plots key={exhibits.ladders.indexOf(chosen.ladder)} ladder={chosen.ladder} props={props} texts={texts} />
  )
}

function Plots({
  ladder,
  props,
  texts,
}: {
  readonly ladder: Ladder
  readonly props: PictureProps
  readonly texts: PictureTexts
}): VNode {
  const [mode, setMode] = useState<Clock['mode']>('relative')
  const segments = useMemo(() => segmentsOf(ladder), [ladder])
  const plots = useMemo(() => shownDirections(segments), [segments])
  // A connection is short beside the record: its axis is its own.
  const view = useMemo(() => new TimeView(boundsOf(lifeOf(segments))), [segments])
  const clock = useMemo<Clock>(
    () => ({ epochNs: epochOf(props.exhibits.epoch), mode, zeroNs: segments[0]?.ns ?? 0 }),
    [props.exhibits, mode, segments],
  )
  if (plots.length === 0) return <p class="empty">{texts.noData}</p>
  return (
    <div class="pic">
      <TimeTools view={view} mode={mode} onMode={setMode} texts={texts} />
      {plots.map((series) => (
        <Plot key={series.from} series={series} view={view} clock={clock} theme={props.theme} texts={texts} />
      ))}
    </div>
  )
}

function Plot({
  series,
  view,
  clock,
  theme,
  texts,
}: {
  readonly series: PlotSeries
  readonly view: TimeView
  readonly clock: Clock
  readonly theme: Theme
  readonly texts: PictureTexts
}): VNode {
  const [cursor, setCursor] = useState<number | undefined>(undefined)
  const [pointed, setPointed] = useState<{ ns: number; x: number; y: number } | undefined>(undefined)
  const scaleOf = (width: number): Scale => ({ range: view.range, left: PLOT_LEFT, width: width - PLOT_LEFT })
  const cursorNs = cursor === undefined ? pointed?.ns : series.sent.ns[cursor]
  const { ref, invalidate } = useCanvas(theme, (sheet, colours) => {
    drawPlot(sheet, series, scaleOf(sheet.width), clock, colours, texts, cursorNs)
  })
  useEffect(() => view.onChange(invalidate), [view])
  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return undefined
    return addGestures(canvas, {
      view,
      scale: () => scaleOf(canvas.clientWidth),
      selects: () => false,
      onSelected: ({ fromNs, toNs }) => view.moveTo(drawable(fromNs, toNs)),
      onHover: (x, y) => {
        if (x < PLOT_LEFT) return
        setCursor(undefined)
        setPointed({ ns: nsAt(scaleOf(canvas.clientWidth), x), x, y })
      },
      onLeave: () => setPointed(undefined),
    })
  }, [view])

  const onKey = (event: KeyboardEvent): void => {
    if (pressAxisKey(event, view, cursorNs)) return
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined || series.sent.ns.length === 0) return
    const next = Math.max(0, Math.min(series.sent.ns.length - 1, cursor === undefined ? 0 : cursor + step))
    setCursor(next)
    view.reveal(series.sent.ns[next] ?? 0)
    event.preventDefault()
  }
  const told = cursorNs === undefined ? [] : describe(series, cursorNs, texts)
  const other = series.from === 'client' ? 'server' : 'client'
  const stalledNs = series.stalls.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0)
  const name = texts.windowName(texts.sides[series.from], texts.sides[other])
  const summary = stalledNs > 0 ? texts.listed([name, texts.stalledFor(lengthOf(stalledNs))]) : name
  return (
    <figure class="pic-figure">
      <figcaption>
        {texts.sides[series.from]} → {texts.sides[other]}
        {stalledNs > 0 && <b> · {texts.stalledFor(lengthOf(stalledNs))}</b>}
      </figcaption>
      <div class="pic-stage">
        <canvas
          ref={ref}
          class="pic-canvas"
          style={{ height: `${PLOT_HEIGHT}px` }}
          tabIndex={0}
          role="application"
          aria-label={summary}
          onKeyDown={onKey}
        />
        {pointed !== undefined && cursor === undefined && (
          <Tip
            x={pointed.x}
            y={pointed.y}
            width={ref.current?.clientWidth ?? 0}
            title={momentOf(pointed.ns, clock)}
            lines={told}
          />
        )}
      </div>
      <p class="sr" aria-live="polite">
        {cursor !== undefined && cursorNs !== undefined && texts.listed([momentOf(cursorNs, clock), ...told])}
      </p>
    </figure>
  )
}

function describe(series: PlotSeries, ns: number, texts: PictureTexts): string[] {
  const isStalled = series.stalls.some(({ fromNs, toNs }) => ns >= fromNs && ns < toNs)
  const values = [
    [texts.legend.sent, valueAt(series.sent, ns)],
    [texts.legend.acked, valueAt(series.acked, ns)],
    [texts.legend.limit, valueAt(series.limit, ns)],
  ] as const
  return [
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${size(value)}`])),
    ...(isStalled ? [texts.legend.stall] : []),
  ]
}

/** The direction with more bytes first; the other only where it could have met a window. */
function shownDirections(segments: readonly Segment[]): PlotSeries[] {
  const plots = (['server', 'client'] as const)
    .map((from) => plotSeries(segments, from))
    .toSorted((a, b) => total(b) - total(a))
  return plots.filter(
    (series, index) => total(series) > (index === 0 ? 0 : MIN_BYTES) || series.stalls.length > 0,
  )
}

function total({ sent }: PlotSeries): number {
  return sent.bytes.at(-1) ?? 0
}

function lifeOf(segments: readonly Segment[]): { fromNs: number; toNs: number } {
  return drawable(segments[0]?.ns ?? 0, segments.at(-1)?.ns ?? 0)
}
