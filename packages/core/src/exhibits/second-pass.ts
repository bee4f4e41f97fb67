import type { CollectOptions } from '../collect.ts'
import type { Evidence } from '../evidence.ts'
import type { Input } from '../input.ts'
import { PcapDecoder } from '../read/pcap.ts'
import { PcapngDecoder } from '../read/pcapng.ts'
import { RecordFeeder } from '../read/record-feeder.ts'
import type { Followed } from './followed.ts'
import { Follower, type Choice } from './follower.ts'

export interface LookedAgain {
  readonly followed: readonly Followed[]
  /** Whether all that was read the first time was there again. */
  readonly isWhole: boolean
}

/**
 * Reads the captures that can be opened again once more, for the connections of the choice alone: now it is known which
 * ones matter, and whoever wants no picture has not paid for it in the first pass.
 */
export async function followAgain(
  inputs: readonly Input[],
  { tracker, tracks, inputs: read }: Evidence,
  choice: Choice,
  { onProgress, isInterrupted }: CollectOptions,
): Promise<LookedAgain> {
  const follower = new Follower(choice, tracker.addresses, (unixNs) => tracker.sinceEpoch(unixNs))
  let isWhole = true
  for (const [track, { inputs: places }] of tracks.entries()) {
    for (const place of places) {
      const input = inputs[place]
      const capture = read[place]?.capture
      if (input === undefined || capture === undefined) continue
      const chunks = input.replay ? input.open() : input.again?.()
      if (chunks === undefined) {
        isWhole &&= capture.packets === 0
        continue
      }
      follower.startInput(place, track, capture.packets)
      const decoder = capture.format === 'pcapng' ? new PcapngDecoder(follower) : new PcapDecoder(follower)
      const feeder = new RecordFeeder(decoder)
      let bytes = 0
      try {
        for await (const chunk of chunks) {
          feeder.push(chunk)
          bytes += chunk.length
          onProgress?.({
            input: place,
            bytes,
            ...(input.byteLength === undefined ? {} : { of: input.byteLength }),
          })
          // Of a file that is no more than a glance; a stream may have no other end, and its part that passed is short.
          if (input.replay && isInterrupted?.() === true) break
          if (follower.frame >= capture.packets) break
        }
      } catch {
        // It could be read before, and the answer stands: the pictures show what is there now.
      }
      isWhole &&= follower.frame >= capture.packets
    }
  }
  return { followed: follower.followed, isWhole }
}
