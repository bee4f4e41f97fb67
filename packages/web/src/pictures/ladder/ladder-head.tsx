import type { VNode } from 'preact'
import type { PictureTexts } from '../picture-texts.ts'

/** The two hosts, as they are shown. */
export interface LadderEnds {
  readonly client: string
  readonly server: string
}

/** Names of the columns, and the hosts over their ends of the ladder. */
export function LadderHead({
  ends,
  isCited,
  texts,
}: {
  readonly ends: LadderEnds
  /** Then a column says what each segment proves. */
  readonly isCited: boolean
  readonly texts: PictureTexts
}): VNode {
  const words = texts.ladder
  const headings = [
    words.frame,
    words.time,
    words.gap,
    words.window,
    undefined,
    'hosts',
    undefined,
    isCited ? words.citedBy : undefined,
  ]
  return (
    <div class="ladder-grid ladder-head" role="row">
      {headings.map((heading, index) =>
        heading === undefined ? (
          <span key={index} aria-hidden="true" />
        ) : heading === 'hosts' ? (
          <span key={index} class="ladder-hosts" role="columnheader">
            <span>
              ◂ {texts.sides.client} {ends.client}
            </span>
            <span>
              {texts.sides.server} {ends.server} ▸
            </span>
          </span>
        ) : (
          <span key={index} role="columnheader" class={index < 4 && index !== 1 ? 'ladder-number' : ''}>
            {heading}
          </span>
        ),
      )}
    </div>
  )
}
