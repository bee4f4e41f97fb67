import { createHash } from 'node:crypto'

/** Clients are dealt into this many parts. */
const PARTS = 2 ** 32

/**
 * Whether a client belongs to the share of clients that a version is rolled out to. The same answer for the same three,
 * everywhere and for ever; who is in a share is in every larger one; another `seq` deals anew.
 */
export function isInRollout(name: string, seq: number, clientId: string, share: number): boolean {
  if (share >= 1) return true
  const digest = createHash('sha256').update(`${name}\n${seq}\n${clientId}`).digest()
  return digest.readUInt32BE(0) / PARTS < share
}
