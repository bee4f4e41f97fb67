/** How many are remembered: the latest ones. */
const MAX_FINS = 131_072
/** Address, IPv6 or not. */
const HOST_WORDS = 2

/** The latest FINs, so that it can be asked what else a host closed at the moment of a reset. */
export class RecentFins {
  private readonly times = new Float64Array(MAX_FINS)
  private readonly hosts = new Uint32Array(MAX_FINS * HOST_WORDS)
  private count = 0

  note(timeNs: number, isIpv6: boolean, address: number): void {
    const at = this.count % MAX_FINS
    this.count++
    this.times[at] = timeNs
    this.hosts[at * HOST_WORDS] = address
    this.hosts[at * HOST_WORDS + 1] = isIpv6 ? 1 : 0
  }

  /** Times, and the words of the senders: address, and whether it is IPv6. In the order in which they were noted. */
  inOrder(): { readonly times: Float64Array; readonly hosts: Uint32Array } {
    const length = Math.min(this.count, MAX_FINS)
    const first = this.count > MAX_FINS ? this.count % MAX_FINS : 0
    const times = new Float64Array(length)
    const hosts = new Uint32Array(length * HOST_WORDS)
    times.set(this.times.subarray(first, length))
    times.set(this.times.subarray(0, first), length - first)
    hosts.set(this.hosts.subarray(first * HOST_WORDS, length * HOST_WORDS))
    hosts.set(this.hosts.subarray(0, first * HOST_WORDS), (length - first) * HOST_WORDS)
    return { times, hosts }
  }
}
