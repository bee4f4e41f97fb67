import type { Diagnosis } from '@whyreset/core'
import {
  clockPhrases,
  problemPhrase,
  renderMessage,
  warningPhrase,
  withoutStop,
  type Outline,
} from '@whyreset/report/page'
import type { VNode } from 'preact'
import { usePage } from '../page-context.ts'
import { Block } from './block.tsx'
import { List } from './list.tsx'

/** Warnings, what is harmless, what is wrong with the inputs, and how their clocks were set. */
export function Remarks({
  diagnosis,
  parts,
}: {
  readonly diagnosis: Diagnosis
  readonly parts: Outline
}): VNode {
  const { labels, lang } = usePage()
  const { harmless, names } = parts
  const also = harmless.map(({ statement }) => withoutStop(renderMessage(statement, lang)))
  const warnings = diagnosis.warnings.map((warning) => warningPhrase(warning, lang))
  const problems = diagnosis.inputs.flatMap(({ problems: found, path }, index) =>
    found.map((problem) => `${names[index] ?? path}${labels.colon}${problemPhrase(problem, lang)}`),
  )
  const clocks = clockPhrases(diagnosis, lang).map(
    ({ input, says }) => `${names[input] ?? ''}${labels.colon}${withoutStop(says)}`,
  )
  const blocks = [
    [labels.warning, warnings, 'warning'],
    [labels.also, also, ''],
    [labels.problem, problems, 'warning'],
    [labels.clock, clocks, ''],
  ] as const
  return (
    <div class="blocks remarks">
      {blocks
        .filter(([, items]) => items.length > 0)
        .map(([name, items]) => (
          <Block key={name} name={name}>
            <List items={items} />
          </Block>
        ))}
    </div>
  )
}
