import type { CollectOptions } from '../collect.ts'
import type { Evidence } from '../evidence.ts'
import type { Input } from '../input.ts'
import { PcapDecoder } from '../read/pcap.ts'
import { PcapngDecoder } from '../read/pcapng.ts'
import { RecordFeeder } from '../read/record-feeder.ts'
import { Follower, type Choice } from './follower.ts'

/**
 * Reads the captures that can be opened again once more, for the connections of the choice alone: now it is known which
 * ones matter, and whoever wants no picture has not paid for it in the first pass.
 */
export async function followAgain(
  inputs: readonly Input[],
  { tracker, tracks, inputs: read }: Evidence,
  choice: Choice,
  { onProgress, isInterrupted }: CollectOptions,
): Promise<Follower> {
  const follower = new Follower(choice, tracker.addresses, (unixNs) => tracker.sinceEpoch(unixNs))
  for (const [track, { inputs: places }] of tracks.entries()) {
    for (const place of places) {
      const input = inputs[place]
      const capture = read[place]?.capture
      if (input?.replay !== true || capture === undefined) continue
      follower.startInput(place, track, capture.packets)
      const decoder = capture.format === 'pcapng' ? new PcapngDecoder(follower) : new PcapDecoder(follower)
      const feeder = new RecordFeeder(decoder)
      let bytes = 0
      try {
        for await (const chunk of input.open()) {
          feeder.push(chunk)
          bytes += chunk.length
          onProgress?.({
            input: place,
            bytes,
            ...(input.byteLength === undefined ? {} : { of: input.byteLength }),
          })
          if (isInterrupted?.() === true) return follower
          if (follower.frame >= capture.packets) break
        }
      } catch {
        // It could be read before, and the answer stands: the pictures show what is there now.
      }
    }
  }
  return follower
}
