import { isObject, parseJson, type JsonObject } from '../manifest/json-value.ts'

/** Longer ones are not kept. */
export const MAX_REPORT_BYTES = 16 * 1024
const MAX_CLIENTS = 1000

/** What a client said of itself last. */
export interface StatusReport {
  readonly client: string
  readonly at: string
  /** As it was sent: text of the other side. */
  readonly report: JsonObject
}

export interface StatusReports {
  readonly all: readonly StatusReport[]
  readonly received: number
  /** False where it is no JSON object. */
  add(client: string, body: Buffer): boolean
}

export function statusReports(now: () => Date): StatusReports {
  const byClient = new Map<string, StatusReport>()
  let received = 0
  return {
    get all() {
      return [...byClient.values()]
    },
    get received() {
      return received
    },
    add(client, body) {
      const report = parseJson(body.toString())
      if (!isObject(report)) return false
      received++
      byClient.delete(client)
      byClient.set(client, { client, at: now().toISOString(), report })
      for (const oldest of byClient.keys()) if (byClient.size > MAX_CLIENTS) byClient.delete(oldest)
      return true
    },
  }
}
