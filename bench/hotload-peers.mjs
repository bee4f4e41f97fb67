/** What somebody would load new code with instead: each loads a version, calls `stamp()`, and lets go of the one before. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hotload, inlineLoader } from '@whyreset/hotload'
import { memorySource } from '../packages/hotload/test/host-support.mjs'

const require = createRequire(new URL('../packages/hotload/package.json', import.meta.url))

/**
 * @typedef {object} Loaded
 * @property {(esm: string, cjs: string, version: number) => Promise<void>} reload
 * @property {() => Promise<number>} stamp of the version that is loaded
 * @property {() => Promise<void>} end
 */

/** @type {Record<string, () => Promise<Loaded>>} */
export const PEERS = {
  hotload: () => withHotload('worker', (esm) => esm, 'index.mjs'),
  'hotload, inline': () => withHotload(inlineLoader(), (_, cjs) => cjs, 'index.cjs'),
  'import(?v=N)': withImport,
  'live-plugin-manager': withLivePluginManager,
  piscina: withPiscina,
  'child_process.fork': withFork,
}

async function withHotload(isolation, choose, fileName) {
  const store = mkdtempSync(join(tmpdir(), 'hotload-bench-'))
  const source = memorySource()
  let hot
  return {
    async reload(esm, cjs) {
      source.publish(choose(esm, cjs), { fileName })
      source.forget()
      hot ??= await hotload({ name: 'pricing', source, store, isolation, confirm: false })
      await hot.check()
    },
    stamp: () => hot.api.stamp(),
    async end() {
      await hot.close()
      rmSync(store, { recursive: true })
    },
  }
}

async function withImport() {
  const { file, remove } = folder()
  let current
  return {
    async reload(esm, _, version) {
      const path = file('index.mjs')
      writeFileSync(path, esm)
      current = await import(`${pathToFileURL(path).href}?v=${version}`)
    },
    stamp: async () => current.stamp(),
    end: async () => remove(),
  }
}

async function withLivePluginManager() {
  const { PluginManager } = require('live-plugin-manager')
  const { file, remove } = folder()
  const manager = new PluginManager({ pluginsPath: file('plugins') })
  let current
  return {
    async reload(_, cjs, version) {
      if (current !== undefined) await manager.uninstall('pricing')
      await manager.installFromCode('pricing', cjs, `${version}.0.0`)
      current = manager.require('pricing')
    },
    stamp: async () => current.stamp(),
    async end() {
      await manager.uninstallAll()
      remove()
    },
  }
}

async function withPiscina() {
  const { Piscina } = require('piscina')
  const { file, remove } = folder()
  let current
  return {
    async reload(esm, _, version) {
      const filename = file(`index-${version}.mjs`)
      writeFileSync(filename, esm)
      const next = new Piscina({ filename, minThreads: 1, maxThreads: 1 })
      await next.run(undefined, { name: 'stamp' })
      await current?.destroy()
      rmSync(file(`index-${version - 1}.mjs`), { force: true })
      current = next
    },
    stamp: () => current.run(undefined, { name: 'stamp' }),
    async end() {
      await current.destroy()
      remove()
    },
  }
}

async function withFork() {
  const { file, remove } = folder()
  let current
  return {
    async reload(esm) {
      const path = file('index.mjs')
      writeFileSync(path, `${esm}\nprocess.on('message', () => process.send(stamp()))\n`)
      const next = fork(path)
      await ask(next)
      current?.kill('SIGKILL')
      current = next
    },
    stamp: () => ask(current),
    async end() {
      current.kill('SIGKILL')
      remove()
    },
  }
}

async function ask(child) {
  const answer = once(child, 'message')
  child.send('stamp')
  return (await answer)[0]
}

function folder() {
  const root = mkdtempSync(join(tmpdir(), 'hotload-bench-'))
  return { file: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) }
}
