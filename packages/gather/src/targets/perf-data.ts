import { readdir } from 'node:fs/promises'
import { readInside, resolveInside } from './inside-root.ts'
import { namespacePid } from './proc.ts'

/** `-XX:PerfDataMemorySize` is 32 kB unless it is set. */
const MAX_BYTES = 1024 * 1024
/** A folder for each user who ran a JVM; more were made to keep somebody busy. */
const MAX_FOLDERS = 64

/**
 * The strings that a running JVM publishes in `/tmp/hsperfdata_USER/PID`: `java.rt.vmArgs` holds the options of the command
 * line, of argfiles and of the environment together. Empty where there is none (`-XX:-UsePerfData`).
 */
export async function readPerfData(pid: number): Promise<ReadonlyMap<string, string>> {
  const root = `/proc/${pid}/root`
  const inside = await namespacePid(pid)
  const tmp = await resolveInside(root, '/tmp').catch(() => undefined)
  if (tmp === undefined || inside === undefined) return new Map()
  const folders = (await readdir(root + tmp).catch(() => [])).filter((name) =>
    /^hsperfdata_[^/]+$/.test(name),
  )
  for (const folder of folders.slice(0, MAX_FOLDERS)) {
    const bytes = await readInside(root, `${tmp}/${folder}/${inside}`, MAX_BYTES)
    const strings = bytes === undefined ? undefined : perfStrings(bytes)
    if (strings !== undefined && strings.size > 0) return strings
  }
  return new Map()
}

const MAGIC = 0xcafec0c0
const PROLOGUE_BYTES = 32
const ENTRY_HEAD_BYTES = 20
const TYPE_BYTE = 0x42
const MAX_ENTRIES = 4096

/**
 * The strings of such a file (HotSpot `runtime/perfMemory.hpp`, `PerfDataPrologue` and `PerfDataEntry`); `undefined` for
 * anything else. Nothing in it is trusted: it may be written by anybody, and while it is read.
 */
export function perfStrings(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < PROLOGUE_BYTES || view.getUint32(0) !== MAGIC || view.getUint8(5) !== 2) return undefined
  const little = view.getUint8(4) === 1
  const strings = new Map<string, string>()
  const count = Math.min(view.getUint32(28, little), MAX_ENTRIES)
  let at = view.getUint32(24, little)
  for (let entry = 0; entry < count && at + ENTRY_HEAD_BYTES <= bytes.length; entry++) {
    const length = view.getUint32(at, little)
    const vector = view.getUint32(at + 8, little)
    if (length < ENTRY_HEAD_BYTES || at + length > bytes.length) break
    if (view.getUint8(at + 12) === TYPE_BYTE && vector > 0) {
      const end = at + length
      const name = textAt(bytes, at + view.getUint32(at + 4, little), end)
      const value = textAt(bytes, at + view.getUint32(at + 16, little), end)
      if (name !== '') strings.set(name, value)
    }
    at += length
  }
  return strings
}

/** Up to the zero that ends it, or to where its entry does. */
function textAt(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(Math.min(start, end), end)
  const zero = part.indexOf(0)
  return new TextDecoder().decode(part.subarray(0, zero === -1 ? part.length : zero))
}
