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
    this.addMany(track, by)
    this.addOf(client, by)
  }

  /** Connections, of whatever clients. */
  addMany(track: number, count: number): void {
    this.total += count
    while (this.byTrack.length <= track) this.byTrack.push(0)
    this.byTrack[track] = (this.byTrack[track] ?? 0) + count
  }

  /** Which client's they are. */
  addOf(client: number, count: number): void {
    const known = this.byClient.get(client)
    if (known !== undefined) known.connections += count
    else if (this.byClient.size < MAX_CLIENTS) this.byClient.set(client, { connections: count })
  }

  /** Whether it is decided for good if this client is told apart. */
  knows(client: number): boolean {
    return this.byClient.has(client) || this.byClient.size >= MAX_CLIENTS
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
