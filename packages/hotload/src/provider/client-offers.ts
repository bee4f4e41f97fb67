import { offerFor, type PackageRecord } from './releases.ts'
import type { ReleaseFolder } from './release-folder.ts'
import type { SignedOffer, SignedOffers } from './signed-offers.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** Records that another process changed are seen this soon by those who wait. */
const RECHECK_MS = 1000

interface Wait {
  /** At most so long. */
  readonly ms: number
  /** The client is gone. */
  readonly signal: AbortSignal
  isNews(offer: SignedOffer | undefined): boolean
}

/** What a client is offered, now or once it is news to it. */
export interface ClientOffers {
  find(name: string, clientId: string | undefined, wait?: Wait): Promise<SignedOffer | undefined>
  close(): void
}

export function clientOffers(
  folder: Promise<ReleaseFolder>,
  offers: SignedOffers,
  room: WaitingRoom,
  now: () => Date,
): ClientOffers {
  const seen = new Map<string, PackageRecord | undefined>()
  let timer: NodeJS.Timeout | undefined

  async function current(name: string, clientId: string | undefined): Promise<SignedOffer | undefined> {
    const record = await (await folder).read(name)
    const offer = record === undefined ? undefined : offerFor(record, clientId)
    return record === undefined || offer === undefined ? undefined : offers.get(record, offer, now())
  }

  /** One look for all who wait. */
  async function look(): Promise<void> {
    if (room.waiting === 0) {
      clearInterval(timer)
      timer = undefined
      seen.clear()
    }
    const names = new Set(room.names)
    // Whoever asks for names that nobody has does not fill the memory.
    for (const name of seen.keys()) if (!names.has(name)) seen.delete(name)
    for (const name of names) {
      const record = await (await folder).read(name)
      // The first look is after somebody began to wait: what came in between is told as well.
      if (!seen.has(name) || seen.get(name) !== record) room.announce(name)
      seen.set(name, record)
    }
  }

  return {
    async find(name, clientId, wait) {
      const endMs = performance.now() + (wait?.ms ?? 0)
      for (;;) {
        const since = room.announcements
        const offer = await current(name, clientId)
        const leftMs = endMs - performance.now()
        // A full room: it is answered as if it had not asked to wait.
        if (wait === undefined || leftMs <= 0 || room.isFull) return offer
        if (wait.signal.aborted || wait.isNews(offer)) return offer
        timer ??= setInterval(() => void look().catch(() => undefined), RECHECK_MS).unref()
        await room.wait(name, { ms: leftMs, signal: wait.signal, since })
      }
    },
    close() {
      clearInterval(timer)
      room.close()
    },
  }
}
