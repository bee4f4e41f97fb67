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

  /** Calls back with the time of each and its sender, in no order. */
  forEach(callback: (timeNs: number, isIpv6: boolean, address: number) => void): void {
    for (let at = 0; at < Math.min(this.count, MAX_FINS); at++) {
      const host = at * HOST_WORDS
      callback(this.times[at] as number, this.hosts[host + 1] !== 0, this.hosts[host] as number)
    }
  }
}
