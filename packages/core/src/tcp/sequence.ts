/** Sequence arithmetic modulo 2^32 (RFC 9293 §3.4): the only place where sequence numbers are compared. */

/** How far `b` lies after `a`, −2^31 … 2^31−1: negative when it lies before. */
export function distance(a: number, b: number): number {
  return (b - a) | 0
}
