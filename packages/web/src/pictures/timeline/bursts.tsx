import { undelta } from '@whyreset/core'
import type { Exhibits, TriggerExhibit } from '@whyreset/core'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { drawable } from '../axis/range.ts'
import type { TimeView } from '../axis/time-view.ts'
import type { PictureTexts } from '../picture-texts.ts'

/** A burst is shown with the collection before it: shares of the time between them that are left free before and after. */
const FREE_BEFORE = 0.2
const FREE_AFTER = 0.45
/** How much is shown around a burst that followed none, in nanoseconds. */
const AROUND_BURST_NS = 40e6

/** From one burst to the next, near enough to see the collection before it. */
export function Bursts({
  trigger,
  exhibits,
  view,
  texts,
}: {
  readonly trigger: TriggerExhibit
  readonly exhibits: Exhibits
  readonly view: TimeView
  readonly texts: PictureTexts
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
