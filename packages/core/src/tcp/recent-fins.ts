import type { Kernel } from './kernel.ts'
import * as K from './kernel-layout.ts'
import { MAX_FINS } from './table-limits.ts'

/** Address, IPv6 or not. */
const HOST_WORDS = 2

/** The latest FINs, so that it can be asked what else a host closed at the moment of a reset. */
export class RecentFins {
  private times = new Float64Array(MAX_FINS)
  private hosts = new Uint32Array(MAX_FINS * HOST_WORDS)
  /** How many there were. */
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

  /** The kernel notes those that it takes in the same memory. */
  moveTo(kernel: Kernel): void {
    const { times, hosts } = this
    const used = Math.min(this.count, MAX_FINS)
    kernel.share((part) => {
      const { buffer } = part(0, 0)
      this.times = new Float64Array(buffer, K.FIN_TIMES_AT, MAX_FINS)
      this.hosts = new Uint32Array(buffer, K.FIN_HOSTS_AT, MAX_FINS * HOST_WORDS)
    })
    this.times.set(times.subarray(0, used))
    this.hosts.set(hosts.subarray(0, used * HOST_WORDS))
  }

  lendTo({ control }: Kernel): void {
    control.setInt32(K.C_FINS, this.count, true)
  }

  takeBackFrom({ control }: Kernel): void {
    this.count = control.getInt32(K.C_FINS, true)
  }
}
