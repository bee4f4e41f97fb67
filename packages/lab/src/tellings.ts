/** What a program of a scenario tells the lab: `{ event: 'ready' }`, `{ event: 'failed', code: 'ECONNRESET' }`. */
export interface Told {
  readonly event: string
  readonly [key: string]: unknown
}

export type ExitStatus = number | NodeJS.Signals

/** What one program has told so far, and who waits for more. */
export interface Tellings {
  /** A line of its channel: JSON, or something else that is passed over. */
  take(line: string): void
  end(status: ExitStatus): void
  told(event: string): readonly Told[]
  /** The first telling of this event. Rejects when the program ends without it, or takes too long. */
  wait(event: string): Promise<Told>
}

/** How long a program may take for what is waited for; every scenario is over sooner. */
const WAIT_MS = 60_000

export function createTellings(name: string): Tellings {
  const heard: Told[] = []
  const waiting = new Set<() => void>()
  let over: ExitStatus | undefined
  const wake = () => {
    for (const look of waiting) look()
  }
  return {
    take(line) {
      const told = parse(line)
      if (told === undefined) return
      heard.push(told)
      wake()
    },
    end(status) {
      over = status
      wake()
    },
    told: (event) => heard.filter((line) => line.event === event),
    wait: (event) =>
      new Promise<Told>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`${name}: did not say "${event}" within ${WAIT_MS / 1000} s`))
        }, WAIT_MS)
        const look = () => {
          const found = heard.find((line) => line.event === event)
          if (found === undefined && over === undefined) return
          waiting.delete(look)
          clearTimeout(timer)
          if (found !== undefined) resolve(found)
          else reject(new Error(`${name}: ended (${over ?? ''}) before it said "${event}"`))
        }
        waiting.add(look)
        look()
      }),
  }
}

function parse(line: string): Told | undefined {
  try {
    const json: unknown = JSON.parse(line)
    // Written by the lab's own programs; anything else on the channel is not a telling.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event was checked
    if (typeof json === 'object' && json !== null && 'event' in json) return json as Told
  } catch {
    // A runtime's own words on the same descriptor.
  }
  return undefined
}
