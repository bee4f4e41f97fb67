/** The same evidence with something taken away: how much worse does the answer get? */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

/** What keeps an Ethernet, IPv6 and TCP header with options; nothing of the payload that helps. */
const SHORT_SNAP = 96
/** The share of the recording's time that a late capture misses. */
const LATE = 0.25
const PCAP_HEADER = 24
const RECORD_HEADER = 16
const NANO_MAGIC = 0xa1b23c4d

const isCapture = (path) => path.endsWith('.pcap')
const isGcLog = (path) => /gc[^/]*\.log$/.test(path)
const isKernel = (path) => basename(path).startsWith('kernel-resets')
const isManifest = (path) => basename(path) === 'manifest.json'
const keepCaptures = (change) => (path, bytes) => (isCapture(path) ? change(bytes) : bytes)

/** Name → which files stay, what is done to their bytes, and whether the collections of garbage can be seen. */
export const VIEWS = {
  'everything recorded': { keep: () => true },
  'without kernel trace': { keep: (path) => !isKernel(path) },
  'without garbage-collection log': { keep: (path) => !isGcLog(path), seesCollections: false },
  'one side only, no kernel trace': {
    keep: (path, { isSide }) => isManifest(path) || (!isKernel(path) && isSide),
  },
  'captures alone': { keep: isCapture, seesCollections: false },
  'one capture alone': { keep: (path, { isSide }) => isCapture(path) && isSide, seesCollections: false },
  'captures alone, headers cut': {
    keep: isCapture,
    change: keepCaptures(cutHeaders),
    seesCollections: false,
  },
  'captures alone, begun late': { keep: isCapture, change: keepCaptures(beginLate), seesCollections: false },
}

/** Writes a view of the evidence in `from` into `to`. The label never comes along. */
export function writeView(from, to, { keep, change = (_path, bytes) => bytes }) {
  rmSync(to, { recursive: true, force: true })
  const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'))
  const side = manifest.targets[0].name
  const ofSide = new Set(manifest.files.filter(({ target }) => target === side).map(({ path }) => path))
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'truth.json') continue
    const path = relative(from, join(entry.parentPath, entry.name))
    if (!keep(path, { isSide: ofSide.has(path) })) continue
    mkdirSync(dirname(join(to, path)), { recursive: true })
    if (isCapture(path)) writeFileSync(join(to, path), change(path, readFileSync(join(from, path))))
    else cpSync(join(from, path), join(to, path))
  }
}

function cutHeaders(bytes) {
  const parts = [bytes.subarray(0, PCAP_HEADER)]
  for (const { head, data } of records(bytes)) {
    const cut = Buffer.from(head)
    const kept = data.subarray(0, SHORT_SNAP)
    cut.writeUInt32LE(kept.length, 8)
    parts.push(cut, kept)
  }
  return Buffer.concat(parts)
}

function beginLate(bytes) {
  const all = [...records(bytes)]
  const from = (all[0]?.seconds ?? 0) + LATE * ((all.at(-1)?.seconds ?? 0) - (all[0]?.seconds ?? 0))
  const kept = all.filter(({ seconds }) => seconds >= from)
  return Buffer.concat([bytes.subarray(0, PCAP_HEADER), ...kept.flatMap(({ head, data }) => [head, data])])
}

/** Records of a little-endian pcap, as gather writes it. */
function* records(bytes) {
  const fraction = bytes.readUInt32LE(0) === NANO_MAGIC ? 1e9 : 1e6
  for (let at = PCAP_HEADER; at + RECORD_HEADER <= bytes.length;) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8)
    if (end > bytes.length) return
    const head = bytes.subarray(at, at + RECORD_HEADER)
    const seconds = head.readUInt32LE(0) + head.readUInt32LE(4) / fraction
    yield { head, data: bytes.subarray(at + RECORD_HEADER, end), seconds }
    at = end
  }
}
