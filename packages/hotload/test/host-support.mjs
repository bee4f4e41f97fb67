/** A source in this process, and folders that go away: for tests of the host, also as plain scripts under other Nodes. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a provider would offer; `publish` puts the next version there. */
export function memorySource(name = 'pricing') {
  const blobs = new Map()
  const reports = []
  const counters = { checks: 0, unchanged: 0, failed: 0, bytes: 0, connections: 0, resets: 0 }
  let seq = 0
  let offered
  let isCorrupt = false
  return {
    schedule: { everyMs: 3_600_000 },
    counters,
    /** Code of a module, or bytes; returns its manifest. */
    publish(code, fields = {}) {
      const body = Buffer.from(code)
      const sha512 = createHash('sha512').update(body).digest('hex')
      blobs.set(sha512, body)
      seq += 1
      offered = {
        schema: 'hotload.manifest/1',
        name,
        version: `${seq}.0.0`,
        seq,
        expires: '2099-01-01T00:00:00Z',
        size: body.length,
        sha512,
        format: 'file',
        fileName: 'index.mjs',
        ...fields,
      }
      return offered
    },
    /** Keeps the blob of the last publication alone. */
    forget() {
      for (const sha512 of blobs.keys()) if (sha512 !== offered.sha512) blobs.delete(sha512)
    },
    /** From now on what is fetched is not what its manifest says. */
    corrupt() {
      isCorrupt = true
    },
    async check({ etag }) {
      counters.checks += 1
      if (offered === undefined) return { kind: 'failed', error: new Error('nothing is published') }
      const current = `"${offered.seq}"`
      if (etag === current) {
        counters.unchanged += 1
        return { kind: 'unchanged', etag }
      }
      return { kind: 'offered', manifest: offered, etag: current }
    },
    async download(manifest, writer) {
      const body = isCorrupt ? Buffer.alloc(manifest.size) : blobs.get(manifest.sha512)
      await writer.write(body.subarray(writer.offset))
      counters.bytes += manifest.size
    },
    reports,
    report(status) {
      reports.push(status)
    },
    async close() {},
  }
}

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hotload-test-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A module that answers with its own version. */
export function stamped(version) {
  return `
export const stamp = () => ${version}
export async function quote(order) { return { version: ${version}, total: order.amount * ${version} } }
export async function slow(ms) { await new Promise((done) => setTimeout(done, ms)); return ${version} }
export async function* ticks(count, ms = 0) {
  for (let at = 0; at < count; at += 1) {
    if (ms > 0) await new Promise((done) => setTimeout(done, ms))
    yield { version: ${version}, at }
  }
}
`
}

/** A module of about `bytes`, all of whose functions run when it is loaded. */
export function largeModule(bytes, version) {
  const functions = []
  let size = 0
  for (let at = 0; size < bytes; at += 1) {
    const text = `function f${at}(a, b) { const c = a * ${at} + b; if (c > ${at}) return { c, name: 'function number ${at} of version ${version}', list: [a, b, c] }; return undefined }\nf${at}(1, ${version})\n`
    functions.push(text)
    size += text.length
  }
  return `${functions.join('')}\nexport const stamp = () => ${version}\n`
}
