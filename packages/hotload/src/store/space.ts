import { readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removePath } from './durable.ts'
import type { Layout } from './layout.ts'
import { measure, Usage } from './usage.ts'

/** Digests that stay, whatever room is needed. */
type Kept = ReadonlySet<string | undefined>

/** The room that a store takes, and what goes where there is none left: what nobody needs, oldest first. */
export class Space {
  readonly usage: Usage
  readonly #layout: Layout

  constructor(layout: Layout, maxBytes: number) {
    this.#layout = layout
    this.usage = new Usage(maxBytes)
  }

  /** Counts anew what is there. */
  async measure(): Promise<void> {
    const { partial, trees, blobs, tmp } = this.#layout
    let bytes = 0
    for (const folder of [partial, trees, blobs, tmp])
      for (const name of await readdir(folder)) bytes += await measure(join(folder, name))
    this.usage.set(bytes)
  }

  /** Throws `HOTLOAD_TOO_LARGE` where all that may go is not enough. */
  async makeRoom(bytes: number, kept: Kept): Promise<void> {
    await this.tryToMakeRoom(bytes, kept)
    this.usage.require(bytes)
  }

  async tryToMakeRoom(bytes: number, kept: Kept): Promise<void> {
    const { usage } = this
    if (usage.bytes + bytes > usage.maxBytes) await this.collect(usage.maxBytes - bytes, kept)
  }

  /** Until no more than this is left. */
  async collect(targetBytes: number, kept: Kept): Promise<void> {
    await this.measure()
    const { partial, trees, blobs } = this.#layout
    const candidates: { readonly path: string; readonly modifiedMs: number }[] = []
    for (const folder of [partial, trees, blobs])
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        if (!kept.has(name)) candidates.push({ path, modifiedMs: (await stat(path)).mtimeMs })
      }
    for (const { path } of candidates.toSorted((a, b) => a.modifiedMs - b.modifiedMs)) {
      if (this.usage.bytes <= targetBytes) return
      await this.remove(path)
    }
  }

  /** Under its own name a thing is whole or not there: it leaves that name in one step. */
  async remove(path: string): Promise<void> {
    const bytes = await measure(path)
    if (bytes === 0 && !(await exists(path))) return
    const temporary = this.#layout.temporary()
    await rename(path, temporary)
    await removePath(temporary)
    this.usage.shrink(bytes)
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
