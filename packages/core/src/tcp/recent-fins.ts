/** How many are remembered: the latest ones. */
const MAX_FINS = 131_072
/** Address, IPv6 or not, frame. */
const HOST_WORDS = 3

/** Remembered FINs as they are sent from one thread to another, oldest first. */
export interface FinSums {
  readonly times: Float64Array<ArrayBuffer>
  readonly hosts: Uint32Array<ArrayBuffer>
}

/** The latest FINs, so that it can be asked what else a host closed at the moment of a reset. */
export class RecentFins {
  private readonly times = new Float64Array(MAX_FINS)
  private readonly hosts = new Uint32Array(MAX_FINS * HOST_WORDS)
  private count = 0

  note(timeNs: number, isIpv6: boolean, address: number, frame: number): void {
    const at = this.count % MAX_FINS
    this.count++
    this.times[at] = timeNs
    this.hosts[at * HOST_WORDS] = address
    this.hosts[at * HOST_WORDS + 1] = isIpv6 ? 1 : 0
    this.hosts[at * HOST_WORDS + 2] = frame
  }

  /** Calls back with the time of each and its sender, in no order. */
  forEach(callback: (timeNs: number, isIpv6: boolean, address: number) => void): void {
    for (let at = 0; at < Math.min(this.count, MAX_FINS); at++) {
      const host = at * HOST_WORDS
      callback(this.times[at] as number, this.hosts[host + 1] !== 0, this.hosts[host] as number)
    }
  }

  sums(): FinSums {
    const count = Math.min(this.count, MAX_FINS)
    // Oldest first: where the ring went round, it begins at the next place.
    const first = this.count > MAX_FINS ? this.count % MAX_FINS : 0
    const times = new Float64Array(count)
    times.set(this.times.subarray(first, count))
    times.set(this.times.subarray(0, first), count - first)
    const hosts = new Uint32Array(count * HOST_WORDS)
    hosts.set(this.hosts.subarray(first * HOST_WORDS, count * HOST_WORDS))
    hosts.set(this.hosts.subarray(0, first * HOST_WORDS), (count - first) * HOST_WORDS)
    return { times, hosts }
  }

  /** Keeps the latest of its own and the others', which are of the same capture, by frame. */
  join(others: readonly FinSums[]): void {
    const all = [this.sums(), ...others]
    const left = all.map(({ times }) => times.length)
    this.count = Math.min(
      MAX_FINS,
      left.reduce((sum, count) => sum + count, 0),
    )
    for (let to = this.count - 1; to >= 0; to--) {
      let latest = -1
      let latestFrame = -1
      for (let shard = 0; shard < all.length; shard++) {
        const at = (left[shard] ?? 0) - 1
        const frame = at < 0 ? -1 : (all[shard]?.hosts[at * HOST_WORDS + 2] ?? -1)
        if (frame <= latestFrame) continue
        latest = shard
        latestFrame = frame
      }
      const from = all[latest]
      const at = (left[latest] ?? 0) - 1
      if (from === undefined) return
      left[latest] = at
      this.times[to] = from.times[at] ?? 0
      for (let word = 0; word < HOST_WORDS; word++)
        this.hosts[to * HOST_WORDS + word] = from.hosts[at * HOST_WORDS + word] ?? 0
    }
  }
}
