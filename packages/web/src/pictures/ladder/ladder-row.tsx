import type { Segment } from '@whyreset/core'
import type { VNode } from 'preact'
import { show } from '../../show.ts'
import { lengthOf, momentOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import { group, size } from '../numbers.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { ACK, FIN, RST, SYN } from './ladder-rows.ts'
import type { Free, LadderRow } from './ladder-rows.ts'
import { MarginCell } from './margin.tsx'
import type { MarginProps } from './margin.tsx'

const FLAGS: readonly (readonly [number, string])[] = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [8, 'PSH'],
  [ACK, 'ACK'],
  [32, 'URG'],
  [64, 'ECE'],
  [128, 'CWR'],
]
/** Gaps that a reader should notice. */
const LONG_GAP_NS = 100e6

interface RowProps extends MarginProps {
  readonly row: LadderRow
  /** Of the table, 1-based, its head counted. */
  readonly index: number
  readonly clock: Clock
  readonly chosenFrame: number | undefined
  readonly onFrame: (frame: number) => void
  readonly onUnfold: (place: number) => void
}

/** One row of a ladder. Its text can be selected, so it is no canvas. */
export function LadderRowView(props: RowProps): VNode {
  const { row, index } = props
  const isChosen = row.kind === 'segment' && row.segment.frame === props.chosenFrame
  return (
    <div
      class={`ladder-grid ladder-row ${isChosen ? 'chosen' : ''}`}
      role="row"
      aria-rowindex={index}
      onClick={() => {
        if (row.kind === 'segment' && getSelection()?.isCollapsed !== false) props.onFrame(row.segment.frame)
      }}
    >
      {row.kind === 'segment' ? <SegmentCells {...props} row={row} /> : <SpanningCell {...props} row={row} />}
    </div>
  )
}

function SegmentCells(props: RowProps & { readonly row: Extract<LadderRow, { kind: 'segment' }> }): VNode {
  const { row, clock, texts } = props
  const { segment, gapNs } = row
  return (
    <>
      <span class="ladder-number" role="cell">
        {segment.frame}
      </span>
      <span role="cell">{momentOf(segment.ns, clock, 6)}</span>
      <span class={`ladder-gap ${(gapNs ?? 0) >= LONG_GAP_NS ? 'long' : ''}`} role="cell">
        {gapNs !== undefined && `+${lengthOf(gapNs)}`}
      </span>
      <span
        class={`ladder-window ${segment.window === 0 && (segment.flags & RST) === 0 ? 'zero' : ''}`}
        role="cell"
      >
        {group(segment.window)}
      </span>
      <Life side="client" free={row.free} />
      <span class={`ladder-arrow ${segment.from} ${kindOf(segment)}`} role="cell">
        <span>
          <b>[{flagsOf(segment)}]</b>
          <span class="ladder-numbers">
            {` Seq=${group(segment.seq)}`}
            {(segment.flags & ACK) !== 0 && ` Ack=${group(segment.ack)}`}
          </span>
          {` Len=${group(segment.length)}`}
          {segment.marks.length > 0 && ` · ${texts.listed(segment.marks.map((mark) => texts.marks[mark]))}`}
        </span>
        <svg viewBox="0 0 9 9" aria-hidden="true">
          <path d={segment.from === 'client' ? 'M0 0L9 4.5L0 9z' : 'M9 0L0 4.5L9 9z'} />
        </svg>
      </span>
      <Life side="server" free={row.free} />
      <MarginCell {...props} />
    </>
  )
}

function SpanningCell(props: RowProps & { readonly row: Exclude<LadderRow, { kind: 'segment' }> }): VNode {
  const { row, texts, onUnfold } = props
  return (
    <>
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <Life side="client" free={row.free} />
      <span
        role="cell"
        aria-colspan={5}
        class={row.kind === 'exchange' ? `ladder-exchange ${row.from}` : 'ladder-quiet'}
      >
        {row.kind === 'exchange' && <code>{show(row.text)}</code>}
        {row.kind === 'quiet' && `⋮ ${texts.ladder.quiet(lengthOf(row.lengthNs))}`}
        {row.kind === 'omitted' && `⋮ ${texts.ladder.omitted(row.count)}`}
        {row.kind === 'fold' && (
          <button type="button" class="ladder-fold" aria-expanded="false" onClick={() => onUnfold(row.first)}>
            … {foldText(row, texts)} …
          </button>
        )}
      </span>
      <Life side="server" free={row.free} />
      <MarginCell {...props} />
    </>
  )
}

function foldText({ summary }: Extract<LadderRow, { kind: 'fold' }>, texts: PictureTexts): string {
  return texts.ladder.folded({
    ...summary,
    bytes: size(summary.dataBytes),
    length: lengthOf(summary.lengthNs),
  })
}

/** The life line of a host: as wide as the room it has left, striped where it has none. */
function Life({ side, free }: { readonly side: 'client' | 'server'; readonly free: Free }): VNode {
  const share = free[side]
  return (
    <span class={`ladder-life ${side} ${share === 0 ? 'zero' : ''}`} aria-hidden="true">
      {share !== undefined && <i style={{ width: `${share * 100}%` }} />}
    </span>
  )
}

function kindOf({ flags, length, window, marks }: Segment): string {
  if ((flags & RST) !== 0) return 'rst'
  if ((flags & SYN) !== 0) return 'begin'
  if ((flags & FIN) !== 0) return 'fin'
  const lost = marks.includes('retransmission') ? ' lost' : ''
  if (window === 0) return `zero${lost}`
  return `${length > 0 ? 'data' : 'ack'}${lost}`
}

function flagsOf({ flags }: Segment): string {
  return FLAGS.filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => name)
    .join(', ')
}
