import type { Diagnosis, Exhibits } from '@whyreset/core'
import { outline } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { PictureOf } from '../picture-of.tsx'
import { SourcePlaces } from '../source-places.tsx'
import { Fix } from './fix.tsx'
import { FurtherFindings } from './further-findings.tsx'
import { LookedAt } from './looked-at.tsx'
import { MainFinding } from './main-finding.tsx'
import { Remarks } from './remarks.tsx'

/** Who, when, what, proof, what it is not; then the fix. In the order of the terminal's answer. */
export function AnswerView({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const parts = useMemo(() => outline(diagnosis), [diagnosis])
  const { main, further } = parts
  return (
    <div class="answer">
      {main !== undefined && <Fix finding={main} />}
      {diagnosis.source !== undefined && <SourcePlaces source={diagnosis.source} />}
      {exhibits !== undefined && (
        <div class="wide">
          <PictureOf name="Timeline" diagnosis={diagnosis} exhibits={exhibits} />
        </div>
      )}
      {main !== undefined && (
        <MainFinding finding={main} diagnosis={diagnosis} exhibits={exhibits} names={parts.names} />
      )}
      {main === undefined && <LookedAt diagnosis={diagnosis} names={parts.names} />}
      {further.length > 0 && <FurtherFindings findings={further} diagnosis={diagnosis} exhibits={exhibits} />}
      <Remarks diagnosis={diagnosis} parts={parts} />
    </div>
  )
}
