import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeLast, citeRst } from '../derive/cite.ts'
import { foreignness, foreignSays, wentThrough } from '../derive/foreign.ts'

/** A device that forgot an idle connection resets after a silence; one that forges needs none. */
const MAX_SILENCE_MS = 900

/**
 * A device on the path forged the reset: at least two signs that the host named did not make it, or its own capture
 * without it (the rule of Suricata's stream.suspected_rst_inject, and of the TTL, for instance).
 * Wrong when a proxy or a NAT in between answers for the host: then it answers segments, and does not speak unasked.
 */
export const injectedReset = defineCause({
  id: 'injected-reset',
  family: 'middlebox',
  scope: 'reset',
  needs: ['reset'],
  uses: [],
  evaluate({ reset }) {
    if (!reset.established) return ruledOut('not-established')
    const foreign = foreignness(reset)
    if (foreign === 'none') return ruledOut('not-foreign')
    const silenceMs = Math.round(reset.silenceNs / 1e6)
    if (silenceMs >= MAX_SILENCE_MS) return ruledOut({ id: 'after-silence', values: { silenceMs } })
    const [first, ...also] = foreignSays(reset)
    const says: Because = first ?? { id: 'foreign-no-kernel-event', values: {} }
    const proof = [citeRst(reset), ...citeLast(reset, reset[reset.sender])]
    // A bare reset in answer to a segment is what rejecting firewalls send.
    if (
      !wentThrough(reset) &&
      reset.form === 'reply' &&
      !reset.foreign.includes('both-named') &&
      !reset.foreign.includes('several-sequences')
    )
      return matched('possible', says, proof, also)
    if (foreign === 'hint') return matched('possible', says, proof, also)
    return matched(
      foreign === 'decisive' && reset.foreign.length >= 2 ? 'proven' : 'strong',
      says,
      proof,
      also,
    )
  },
})
