import type { Diagnosis } from '@whyreset/core'
import { KEEP_STRINGS, mapStrings } from './map-strings.ts'

/**
 * The Diagnosis as JSON: fields in the order of the contract, two spaces, a newline at the end. The same
 * diagnosis gives the same bytes. Safe on a terminal as well: what could steer one is written as `\uXXXX`.
 */
export function renderJson(diagnosis: Diagnosis): string {
  return safeJson(mapStrings(diagnosis, KEEP_STRINGS))
}

/** Any value as JSON that is safe on a terminal, with a newline at the end. */
export function safeJson(value: object): string {
  const json = JSON.stringify(value, undefined, 2)
  return `${json.replace(STEERING, escapeUnits)}\n`
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
