import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Narrowing } from '../narrowing.ts'
import { usePage } from '../frame/page-context.ts'
import { epochOf } from '../pictures/axis/clock.ts'
import { show } from '../show.ts'
import { readQuestion } from './question.ts'
import { SITE_WORDS } from './site-words.ts'

const FIELDS = ['peer', 'from', 'to'] as const
/** More are too many to choose from: the field takes any. */
const MAX_PEERS = 200

/** Asks about a part of the evidence: who, and when. The evidence is read and judged again. */
export function NarrowForm({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode | null {
  const { lang, address, narrow } = usePage()
  const { asked = {}, range } = address
  const words = SITE_WORDS[lang]
  const [typed, setTyped] = useState<Narrowing>(asked)
  const [isTried, setTried] = useState(false)
  if (narrow === undefined) return null
  const wanted = present(typed)
  const asking = readQuestion(wanted)
  const wrong = !isTried || asking.ok ? undefined : asking.field
  const told = FIELDS.flatMap((field) =>
    asked[field] === undefined ? [] : [`${words[field]} ${asked[field]}`],
  )
  return (
    <details class="narrow">
      <summary>{told.length === 0 ? words.narrow : words.narrowed(show(told.join(' · ')))}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (asking.ok) narrow(wanted)
        }}
      >
        {FIELDS.map((field) => (
          <label key={field}>
            {words[field]}
            <input
              type="text"
              autocomplete="off"
              spellcheck={false}
              list={field === 'peer' ? 'narrow-peers' : undefined}
              placeholder={field === 'peer' ? '10.0.0.1:8080' : '2026-11-22T14:55:21Z'}
              value={typed[field] ?? ''}
              aria-invalid={wrong === field}
              aria-describedby={wrong === field ? 'narrow-wrong' : undefined}
              onInput={({ currentTarget: { value } }) => setTyped({ ...typed, [field]: value })}
            />
          </label>
        ))}
        <datalist id="narrow-peers">
          {peersOf(diagnosis).map((peer) => (
            <option key={peer} value={peer} />
          ))}
        </datalist>
        <button type="submit" class="quiet main">
          {words.ask}
        </button>
        {range !== undefined && exhibits !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              const epochNs = epochOf(exhibits.epoch)
              setTyped({ ...typed, from: isoOf(epochNs, range.fromNs), to: isoOf(epochNs, range.toNs) })
            }}
          >
            {words.timeInView}
          </button>
        )}
        {told.length > 0 && (
          <button type="button" class="quiet" onClick={() => narrow({})}>
            {words.askAll}
          </button>
        )}
      </form>
      {wrong !== undefined && (
        <p id="narrow-wrong" class="failure" role="alert">
          {wrong === 'peer' ? words.wrongPeer : words.wrongTime}
        </p>
      )}
    </details>
  )
}

/** The hosts and services that findings name. */
function peersOf({ findings }: Diagnosis): string[] {
  const peers = findings.flatMap(({ client, server }) => [client, server])
  return [...new Set(peers.filter((peer) => peer !== undefined))].slice(0, MAX_PEERS)
}

/** To the millisecond, which is what is asked for. */
function isoOf(epochNs: bigint, ns: number): string {
  return new Date(Number(epochNs / 1_000_000n) + ns / 1e6).toISOString()
}

/** Without the fields that are empty. */
function present(typed: Narrowing): Narrowing {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = typed[field]?.trim() ?? ''
      return value === '' ? [] : [[field, value]]
    }),
  )
}
