import { renderMessage, summaryPhrase, type PageSide } from '@whyreset/report/page'
import type { outline } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../show.ts'
import { usePage } from './page-context.ts'

/** The answer in a sentence, on every view. */
export function Verdict({
  side: { diagnosis },
  parts: { main },
  isSmall,
}: {
  readonly side: PageSide
  readonly parts: ReturnType<typeof outline>
  readonly isSmall: boolean
}): VNode {
  const { lang, labels, words } = usePage()
  const tone = main?.severity ?? 'info'
  return (
    <section class={`verdict ${tone}${isSmall ? ' small' : ''}`}>
      <h1>{show(renderMessage(diagnosis.verdict, lang))}</h1>
      <p class="facts">
        <span class={`badge ${tone}`}>{words.severity[tone]}</span>
        {main !== undefined && main.cause !== 'unknown' && (
          <span class="badge plain">{labels.confidence(main.confidence)}</span>
        )}
        <span>{show(summaryPhrase(diagnosis, labels))}</span>
      </p>
    </section>
  )
}
