import * as L from './row.ts'

/** How a connection ended, as far as the capture shows. Bits, because vantages are joined. */
export const ENDED_GRACEFULLY = 1
export const ENDED_BY_RESET = 2

export function endingOf(state: number): number {
  if ((state & L.STATE_RST) !== 0) return ENDED_BY_RESET
  const bothFins = L.STATE_FIN | (L.STATE_FIN << 1)
  return (state & bothFins) === bothFins ? ENDED_GRACEFULLY : 0
}
