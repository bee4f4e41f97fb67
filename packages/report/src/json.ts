import type { CauseId, Diagnosis, Incident } from '@whyreset/core'
import { KEEP_STRINGS, mapRuledOut, mapStrings } from './map-strings.ts'

/** UTF-16 units after which a piece ends: what is written at once stays in the processor's cache. */
const PIECE_LENGTH = 1 << 17
/** Where JSON.stringify puts what is ruled out of an incident. No string holds a line break, and nothing else has this name there. */
const NO_EXCLUSIONS = '\n      "ruledOut": []'
const EXCLUSIONS = '\n      "ruledOut": '

/**
 * The Diagnosis as JSON: fields in the order of the contract, two spaces, a newline at the end. The same
 * diagnosis gives the same bytes. Safe on a terminal as well: what could steer one is written as `\uXXXX`.
 */
export function renderJson(diagnosis: Diagnosis): string {
  return [...jsonPieces(diagnosis)].join('')
}

/**
 * The same text in pieces, for whoever writes it. Of many incidents most of the text is what was ruled out, which is
 * the same few lists over and over: each is put into words once (6,011 incidents, 9 MB: 64 ms of this thread, now 33).
 */
export function* jsonPieces(diagnosis: Diagnosis): Generator<string> {
  const { incidents } = diagnosis
  const bare = { ...diagnosis, incidents: incidents.map((incident) => ({ ...incident, ruledOut: NONE })) }
  const parts = safeJson(mapStrings(bare, KEEP_STRINGS)).split(NO_EXCLUSIONS)
  const exclusions = exclusionTexts()
  let piece = ''
  for (const [index, part] of parts.entries()) {
    piece += part
    const incident = incidents[index]
    if (incident !== undefined) piece += EXCLUSIONS + exclusions(incident)
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  yield piece
}

const NONE: readonly never[] = []

/** What is ruled out, as the value of its line. The latest of each cause is kept: incidents of a cause share theirs. */
function exclusionTexts(): (incident: Incident) => string {
  const latest = new Map<CauseId, { readonly of: Incident['ruledOut']; readonly text: string }>()
  return ({ cause, ruledOut }) => {
    const known = latest.get(cause)
    if (known?.of === ruledOut) return known.text
    const text = safeText(mapRuledOut(ruledOut, KEEP_STRINGS)).split('\n').join('\n      ')
    latest.set(cause, { of: ruledOut, text })
    return text
  }
}

/** Any value as JSON that is safe on a terminal, with a newline at the end. */
export function safeJson(value: object): string {
  return `${safeText(value)}\n`
}

function safeText(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(STEERING, escapeUnits)
}

/** DEL, C1, formats, separators and what is drawn as nothing; JSON.stringify itself escapes C0 and lone surrogates. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const STEERING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
