import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, it } from 'vitest'
import {
  makeTwoNamespaces,
  RESETTING_SERVER,
  told,
  whyNotLive,
  type TwoNamespaces,
} from './two-namespaces.ts'

const reason = whyNotLive()
/** A test that needs a kernel of its own to play with. */
export const live = it.skipIf(reason !== undefined)
/** For the name of a test: why it was skipped. */
export const because = reason === undefined ? '' : ` (skipped: ${reason})`

/** What each live test has for itself; nothing of it is left after the test. */
interface LiveEnds {
  readonly folder: string
  /** Two new namespaces. */
  network(): TwoNamespaces
  /** The same, with a server that resets. */
  resettingNetwork(): Promise<TwoNamespaces>
  /** Is stopped after the test. */
  keep<Started extends { stop(): Promise<unknown> }>(started: Started): Started
}

export function liveEnds(name: string): LiveEnds {
  let folder = ''
  let net: TwoNamespaces | undefined
  const started: { stop(): Promise<unknown> }[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), `whyreset-${name}-`))
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()))
    await net?.remove()
    net = undefined
    rmSync(folder, { recursive: true, force: true })
  })
  const network = (): TwoNamespaces => (net = makeTwoNamespaces())
  return {
    get folder() {
      return folder
    },
    network,
    async resettingNetwork() {
      const made = network()
      await told(made.server.node(RESETTING_SERVER, [made.server.address]))
      return made
    },
    keep(one) {
      started.push(one)
      return one
    },
  }
}
