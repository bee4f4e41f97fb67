import type { Diagnosis } from '@whyreset/core'
import { inputPhrase, notGivenPhrase } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../../show.ts'
import { usePage } from '../page-context.ts'
import { Block } from './block.tsx'
import { More } from './list.tsx'

const FIRST_FILES = 6
/** More are in the table of inputs. */
const MAX_FILES = 30

/** Where nothing was found: what was looked at, and what was not given. */
export function LookedAt({
  diagnosis,
  names,
}: {
  readonly diagnosis: Diagnosis
  readonly names: readonly string[]
}): VNode {
  const { labels } = usePage()
  const told = (from: number, to: number): VNode => (
    <dl class="who">
      {diagnosis.inputs.slice(from, to).map((input, index) => (
        <div key={index}>
          <dd>
            <code>{show(names[from + index] ?? input.path)}</code>
            <span>{inputPhrase(input, labels)}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
  const missing = diagnosis.inputs.some(({ kind }) => kind === 'capture')
    ? ''
    : notGivenPhrase(diagnosis, labels)
  return (
    <div class="blocks">
      <Block name={labels.read}>
        {told(0, FIRST_FILES)}
        <More n={Math.min(MAX_FILES, diagnosis.inputs.length) - FIRST_FILES}>
          {told(FIRST_FILES, MAX_FILES)}
        </More>
        {missing !== '' && <p>{missing}</p>}
      </Block>
    </div>
  )
}
