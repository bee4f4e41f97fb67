import type { Diagnosis, Exhibits, Finding } from '@whyreset/core'
import type { Address } from './address.ts'
import type { TimeRange } from './pictures/picture.ts'

/** The address of a finding's picture: its time, and connections of its cause. */
export function addressOf(
  finding: Finding,
  { findings }: Diagnosis,
  exhibits: Exhibits | undefined,
): Pick<Address, 'view' | 'selection' | 'filter' | 'range'> {
  return {
    view: 'timeline',
    selection: { finding: findings.indexOf(finding) },
    filter: { cause: finding.cause },
    range: exhibits === undefined ? undefined : rangeOf(finding, exhibits),
  }
}

/** Around a single moment. */
const MIN_MARGIN_NS = 20e6
/** Of the time between the first reset and the last. */
const MARGIN_SHARE = 0.08

/** The time of a finding on the axis of the pictures, with a little before and after. */
function rangeOf({ from, to }: Finding, { epoch }: Exhibits): TimeRange {
  const fromNs = Number(unixNs(from) - unixNs(epoch))
  const toNs = Number(unixNs(to) - unixNs(epoch))
  const marginNs = Math.max(MIN_MARGIN_NS, (toNs - fromNs) * MARGIN_SHARE)
  return { fromNs: fromNs - marginNs, toNs: toNs + marginNs }
}

/** Of an ISO time with up to nine decimals and a Z. */
function unixNs(iso: string): bigint {
  const [, seconds = iso, decimals = ''] = /^(.{19})(?:\.(\d{1,9}))?Z$/.exec(iso) ?? []
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(decimals.padEnd(9, '0'))
}
