/** Reports that wait to be sent; the oldest goes first when there are more. */
const MAX_WAITING = 16
const MAX_BYTES = 16 * 1024

export interface ReportQueue {
  /** Never waits, never throws. */
  add(report: object): void
  /** Drops what waits; resolves when none is under way. */
  close(): Promise<void>
}

/** Sends reports one after another, beside everything else: a provider that takes none of them delays nothing. */
export function createReportQueue(send: (body: string) => Promise<void>): ReportQueue {
  const waiting: string[] = []
  let sending: Promise<void> | undefined
  let isClosed = false

  async function sendAll(): Promise<void> {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      try {
        await send(body)
      } catch {
        // It was news once; the next one will be newer.
      }
    }
    sending = undefined
  }

  return {
    add(report) {
      const body = asJson(report)
      if (isClosed || body === undefined) return
      waiting.push(body)
      if (waiting.length > MAX_WAITING) waiting.shift()
      sending ??= sendAll()
    },
    close() {
      isClosed = true
      waiting.length = 0
      return sending ?? Promise.resolve()
    },
  }
}

function asJson(report: object): string | undefined {
  try {
    const body = JSON.stringify(report)
    return body.length <= MAX_BYTES ? body : undefined
  } catch {
    return undefined
  }
}
