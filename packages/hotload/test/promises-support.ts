import { hotload, type HostEvents, type Hotload, type HotloadOptions } from '@whyreset/hotload'
import { memorySource, temporaryFolder } from './host-support.mjs'
import { onCleanup } from './host-package.ts'

export interface Stamped {
  stamp(): number
  quote(order: { amount: number }): Promise<{ version: number; total: number }>
  slow(ms: number): Promise<number>
  ticks(count: number, ms?: number): AsyncIterable<{ version: number; at: number }>
}

type Heard = { readonly [Name in keyof HostEvents]: HostEvents[Name][] }

export interface Setting {
  readonly hot: Hotload<Stamped>
  readonly source: ReturnType<typeof memorySource>
  readonly heard: Heard
  readonly folder: string
  /** Resolves with the next event of that name, or the one that was heard already. */
  readonly next: <Name extends keyof HostEvents>(name: Name, count?: number) => Promise<HostEvents[Name]>
}

/** A host with a source in this process, closed after the test. */
export async function start(
  code: string,
  options: Partial<HotloadOptions<Stamped>> = {},
  source: ReturnType<typeof memorySource> = memorySource(),
): Promise<Setting> {
  const folder = typeof options.store === 'string' ? options.store : newFolder()
  const heard: Heard = { activated: [], confirmed: [], rejected: [], rolledBack: [], drained: [], error: [] }
  if (code !== '') source.publish(code)
  const hot = await hotload<Stamped>({
    name: 'pricing',
    source,
    store: folder,
    on: {
      activated: (event) => void heard.activated.push(event),
      confirmed: (event) => void heard.confirmed.push(event),
      rejected: (event) => void heard.rejected.push(event),
      rolledBack: (event) => void heard.rolledBack.push(event),
      drained: (event) => void heard.drained.push(event),
      error: (event) => void heard.error.push(event),
    },
    ...options,
  })
  onCleanup(() => hot.close())
  return {
    hot,
    source,
    heard,
    folder,
    async next(name, count = 1) {
      while (heard[name].length < count)
        await new Promise<void>((resolve) => {
          const stop = hot.on(name, () => {
            stop()
            resolve()
          })
        })
      const event = heard[name][count - 1]
      if (event === undefined) throw new Error(`no ${name}`)
      return event
    },
  }
}

export function newFolder(): string {
  const { folder, remove } = temporaryFolder()
  onCleanup(remove)
  return folder
}
