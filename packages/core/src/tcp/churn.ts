import { DurationHistogram } from './duration-histogram.ts'

/** Clients of one service that are told apart; what came from others is counted all the same. */
const MAX_CLIENTS = 256

/** How the connections of one service come and go, of those that were established. */
export class Churn {
  /** By track: a capture beside another one sees the same connections again. */
  private readonly byTrack: number[] = []
  /** Each number in an object of its own: one look into the map for each connection, not two. */
  private readonly byClient = new Map<number, { connections: number }>()
  private total = 0
  /** Of those whose begin and end were seen, in milliseconds. */
  readonly lifetimes = new DurationHistogram()

  add(track: number, client: number, by: 1 | -1): void {
    this.total += by
    while (this.byTrack.length <= track) this.byTrack.push(0)
    this.byTrack[track] = (this.byTrack[track] ?? 0) + by
    const known = this.byClient.get(client)
    if (known !== undefined) known.connections += by
    else if (this.byClient.size < MAX_CLIENTS) this.byClient.set(client, { connections: by })
  }

  /** As the capture shows them that shows most. */
  get connections(): number {
    return Math.max(0, ...this.byTrack)
  }

  /** At most `MAX_CLIENTS`. */
  get clients(): number {
    let clients = 0
    for (const { connections } of this.byClient.values()) if (connections > 0) clients++
    return clients
  }

  /** Connections of the client that opened most. */
  get mostOfOne(): number {
    const most = Math.max(0, ...Array.from(this.byClient.values(), ({ connections }) => connections))
    return this.total <= 0 ? 0 : Math.round((most / this.total) * this.connections)
  }
}
