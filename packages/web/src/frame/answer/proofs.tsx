import type { Diagnosis, Exhibits, Finding, Ladder, Proof } from '@whyreset/core'
import { placePhrase, renderMessage } from '@whyreset/report/page'
import type { VNode } from 'preact'
import type { Selection } from '../../pictures/picture.ts'
import { show } from '../../show.ts'
import { usePage } from '../page-context.ts'

export interface ProofsProps {
  readonly finding: Finding
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
  /** Of the inputs. */
  readonly names: readonly string[]
}

/** More than this is in the table of incidents. */
const MAX_PROOFS = 30

/** Where each proof stands; a frame leads to its segment. */
export function Proofs({ finding, diagnosis, exhibits, names }: ProofsProps): VNode {
  const { labels, lang, hrefOf } = usePage()
  const own = diagnosis.findings.indexOf(finding)
  // The ladder that has the frame; a reset is at least in its incident.
  const segmentOf = (proof: Proof, place: number): Selection | undefined => {
    if (!('frame' in proof)) return undefined
    const { frame, input } = proof
    const cites = (ladder: Ladder): boolean =>
      ladder.cited.some((each) => each.finding === own && each.proof === place)
    const at = exhibits?.ladders.findIndex(cites) ?? -1
    const incident =
      exhibits?.ladders[at]?.incident ??
      diagnosis.incidents.findIndex((each) => each.input === input && each.frame === frame)
    if (incident >= 0) return { incident, frame }
    const connection = at < 0 ? -1 : (exhibits?.lanes.ladder.indexOf(at) ?? -1)
    return connection < 0 ? undefined : { connection, frame }
  }
  return (
    <ol class="proof">
      {finding.proof.slice(0, MAX_PROOFS).map((proof, index) => {
        const place = `${names[proof.input] ?? `#${proof.input}`} ${placePhrase(proof, labels)}`
        const shownAt = segmentOf(proof, index)
        return (
          <li key={index}>
            <code>
              {shownAt === undefined ? (
                show(place)
              ) : (
                <a href={hrefOf({ view: 'connection', selection: shownAt })}>{show(place)}</a>
              )}
            </code>
            <span>{show(renderMessage(proof.says, lang))}</span>
          </li>
        )
      })}
    </ol>
  )
}
