import type { Finding } from '@whyreset/core'
import { explainCommand, nextSteps, renderMessage } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../../show.ts'
import { CopyButton } from '../copy-button.tsx'
import { usePage } from '../page-context.ts'

/** What to change, and what to type next. */
export function Fix({ finding }: { readonly finding: Finding }): VNode {
  const { labels, lang } = usePage()
  const steps = nextSteps(finding)
  return (
    <section class="fix">
      <h2>{labels.fix}</h2>
      <p>{show(renderMessage(finding.fix.summary, lang))}</p>
      <Command text={explainCommand(finding.cause)} />
      {steps.length > 0 && (
        <>
          <h2>{labels.next}</h2>
          {steps.map(({ says, command }, index) => (
            <div key={index} class="step">
              <p>{show(renderMessage(says, lang))}</p>
              {command !== undefined && <Command text={show(command)} />}
            </div>
          ))}
        </>
      )}
    </section>
  )
}

function Command({ text }: { readonly text: string }): VNode {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  )
}
