import { lanesOf, undelta } from '@whyreset/core'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { CopyButton } from '../../frame/copy-button.tsx'
import { show } from '../../show.ts'
import { epochOf, lengthOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import type { PictureProps } from '../picture.ts'
import { size } from '../numbers.ts'
import { TEXTS } from '../texts.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { hostPort } from '../lanes/order-lanes.ts'
import { chosenConnection, displayFilters } from './chosen-ladder.ts'
import type { ChosenConnection } from './chosen-ladder.ts'
import { citedCauses } from './cited-causes.ts'
import { LadderHead, type LadderEnds } from './ladder-head.tsx'
import { LadderRowView } from './ladder-row.tsx'
import { ladderRows } from './ladder-rows.ts'
import { MarginEnd, marginWidth } from './margin.tsx'
import { isPiped, NotKept } from './not-kept.tsx'

const ROW_HEIGHT = 30
/** As many are cheap, can be searched by the browser, and can be printed. */
const MAX_RENDERED = 300
/** More than any screen shows of it. */
const BODY_HEIGHT = 2200
const OVERSCAN = 10
/** As many are shown without a scroll bar of their own. */
const SHORT_ROWS = 45

/** The segments of one connection between its two hosts, with what was said, what was cited, and what was left unread. */
export function Ladder(props: PictureProps): VNode {
  const { exhibits, diagnosis, selection, lang } = props
  const texts = TEXTS[lang]
  const lanes = useMemo(() => lanesOf(exhibits), [exhibits])
  const chosen = chosenConnection(selection, lanes, exhibits, diagnosis)
  if (chosen === undefined) return <p class="empty">{texts.ladder.filterOnly}</p>
  return (
    <div class="pic">
      <Filters chosen={chosen} props={props} texts={texts} />
      {chosen.ladder === undefined ? (
        <NotKept chosen={chosen} props={props} texts={texts} />
      ) : (
        // Another connection begins anew: at the top, and folded.
        <Rungs
          key={exhibits.ladders.indexOf(chosen.ladder)}
          chosen={chosen}
          ladder={chosen.ladder}
          props={props}
          texts={texts}
        />
      )}
    </div>
  )
}

function Rungs({
  chosen,
  ladder,
  props,
  texts,
}: {
  readonly chosen: ChosenConnection
  readonly ladder: NonNullable<ChosenConnection['ladder']>
  readonly props: PictureProps
  readonly texts: PictureTexts
}): VNode {
  const { exhibits, selection, diagnosis, lang, onSelect } = props
  const [unfolded, setUnfolded] = useState<ReadonlySet<number> | 'all'>(new Set())
  const [scrollTop, setScrollTop] = useState(0)
  const [mode, setMode] = useState<Clock['mode']>('utc')
  const body = useRef<HTMLDivElement | null>(null)
  const zeroNs = ladder.timeNs[0] ?? 0
  const clock = useMemo<Clock>(
    () => ({ epochNs: epochOf(exhibits.epoch), mode, zeroNs }),
    [exhibits, mode, zeroNs],
  )
  const rows = useMemo(
    () => ladderRows(ladder, unfolded, selection.frame),
    [ladder, unfolded, selection.frame],
  )
  const frameAt = rows.findIndex((row) => row.kind === 'segment' && row.segment.frame === selection.frame)
  useEffect(() => {
    const box = body.current
    if (box === null || frameAt < 0) return
    const top = frameAt * ROW_HEIGHT
    if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - ROW_HEIGHT)
      box.scrollTop = top - box.clientHeight / 3
  }, [frameAt])

  const { all, first, end } = renderedRows(rows.length, scrollTop)
  const ends = endsOf(chosen)
  const words = texts.ladder
  const { incident, lane } = chosen
  const reset =
    incident === undefined || lane?.finding === undefined
      ? undefined
      : { frame: incident.frame, finding: lane.finding }
  const frames = useMemo(() => [...undelta(ladder.frame)], [ladder])
  const margin = useMemo(
    () => citedCauses({ cited: ladder.cited, frame: frames }, diagnosis, reset),
    [ladder, frames, diagnosis, reset?.frame, reset?.finding],
  )
  const beside = { margin, diagnosis, texts, lang, onFinding: (finding: number) => onSelect({ finding }) }
  const isCited = margin.causes.length > 0
  return (
    <>
      <div class="pic-tools">
        <button
          type="button"
          class="quiet"
          onClick={() => setUnfolded(unfolded === 'all' ? new Set() : 'all')}
        >
          {unfolded === 'all' ? words.foldAll : words.unfoldAll}
        </button>
        <span class="pic-count">{words.seen(ladder.frame.length, ladder.seen)}</span>
        {ladder.frame.length < ladder.seen &&
          isPiped(diagnosis.inputs[ladder.parts[0]?.input ?? 0]?.path) && (
            <span class="dim">{words.fromPipe}</span>
          )}
        {!(ladder.clientScaled && ladder.serverScaled) && <span class="dim">{words.notScaled}</span>}
        <button
          type="button"
          class="quiet pic-end"
          onClick={() => setMode(mode === 'utc' ? 'relative' : 'utc')}
        >
          {mode === 'utc' ? texts.clockUtc : texts.clockRelative}
        </button>
      </div>
      <div
        class={`ladder ${isCited ? '' : 'uncited'} ${rows.length <= SHORT_ROWS ? 'short' : ''}`}
        style={{ '--margin': `${marginWidth(margin)}px` }}
        role="table"
        aria-label={words.name(ends.client, ends.server)}
        aria-rowcount={rows.length + 2}
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys */}
        <div
          class="ladder-body"
          role="rowgroup"
          tabIndex={0}
          ref={body}
          onScroll={(event) => !all && setScrollTop(event.currentTarget.scrollTop)}
        >
          <LadderHead ends={ends} isCited={isCited} texts={texts} />
          <div
            class="ladder-rows"
            role="presentation"
            style={{
              paddingTop: `${first * ROW_HEIGHT}px`,
              paddingBottom: `${(rows.length - end) * ROW_HEIGHT}px`,
            }}
          >
            {rows.slice(first, end).map((row, index) => (
              <LadderRowView
                key={`${row.kind}-${row.kind === 'fold' ? row.first : row.place}-${index}`}
                row={row}
                index={first + index + 2}
                clock={clock}
                chosenFrame={selection.frame}
                onFrame={(frame) => onSelect({ ...selection, frame })}
                {...beside}
                onUnfold={(place) => setUnfolded(new Set([...(unfolded === 'all' ? [] : unfolded), place]))}
              />
            ))}
          </div>
          <div class="ladder-grid ladder-last" role="row">
            <span class="ladder-end" role="cell" aria-colspan={7}>
              {endOf(chosen, texts)}
            </span>
            {isCited && <MarginEnd {...beside} frames={frames} />}
          </div>
        </div>
      </div>
    </>
  )
}

/** Which rows are there to be seen: of few all of them, else those in view and some around. */
function renderedRows(count: number, scrollTop: number): { all: boolean; first: number; end: number } {
  if (count <= MAX_RENDERED) return { all: true, first: 0, end: count }
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN)
  return {
    all: false,
    first,
    end: Math.min(count, first + Math.ceil(BODY_HEIGHT / ROW_HEIGHT) + 2 * OVERSCAN),
  }
}

/** What was unread and how long nothing moved: the state in which it ended. */
function endOf({ incident, lane }: ChosenConnection, texts: PictureTexts): string {
  const words = texts.ladder
  if (incident === undefined) return lane === undefined ? '' : words.ended(texts.outcomes[lane.outcome])
  const side = incident.resetBy === 'server' ? texts.sides.server : texts.sides.client
  const parts = [
    incident.unreadBytes === undefined
      ? words.unreadUnknown
      : words.unreadAtEnd(size(incident.unreadBytes), side),
    ...(incident.silenceMs === undefined ? [] : [words.stalledAtEnd(lengthOf(incident.silenceMs * 1e6))]),
  ]
  return words.ended(parts.join(' · '))
}

function Filters({
  chosen,
  props,
  texts,
}: {
  readonly chosen: ChosenConnection
  readonly props: PictureProps
  readonly texts: PictureTexts
}): VNode | null {
  const filters = displayFilters(chosen)
  if (filters.length === 0) return null
  return (
    <div class="ladder-foot">
      <span class="dim">{texts.ladder.filter}</span>
      {filters.map(({ input, filter }) => (
        <span class="command" key={`${input}-${filter}`}>
          <code>{filter}</code>
          <CopyButton text={filter} />
          {filters.length > 1 && <span class="dim">{show(props.diagnosis.inputs[input]?.path ?? '')}</span>}
        </span>
      ))}
    </div>
  )
}

function endsOf({ lane, incident }: ChosenConnection): LadderEnds {
  if (incident !== undefined) return { client: show(incident.client), server: show(incident.server) }
  if (lane === undefined) return { client: '', server: '' }
  return {
    client: show(hostPort(lane.client, lane.clientPort)),
    server: show(hostPort(lane.server, lane.serverPort)),
  }
}
