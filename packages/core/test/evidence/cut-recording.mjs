/**
 * Makes a recording of the lab small enough to be a fixture: `node cut-recording.mjs FOLDER`. Of segments that carry no
 * head of HTTP or TLS and are not short, the payload goes (their lengths stay), and captures are packed; of the socket tables of each end,
 * the first, the middle and the last one stay. Everything else is left as it was recorded.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const FILE_HEAD_BYTES = 24
const RECORD_HEAD_BYTES = 16
const SAMPLES = 3
/** A command or its answer: it is kept whole. */
const SHORT_BYTES = 128
/** How a request or an answer begins. */
const HTTP = /^(?:[A-Z]{3,7} \/|HTTP\/1)/

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('node cut-recording.mjs FOLDER')
for (const name of readdirSync(folder).filter((one) => one.endsWith('.pcap'))) {
  const path = join(folder, name)
  writeFileSync(`${path}.gz`, gzipSync(cutCapture(readFileSync(path)), { level: 9 }))
  rmSync(path)
}
keepFewTables(join(folder, 'sockets'))

/** @param {Buffer} bytes a little-endian pcap */
function cutCapture(bytes) {
  const parts = [bytes.subarray(0, FILE_HEAD_BYTES)]
  for (let at = FILE_HEAD_BYTES; at + RECORD_HEAD_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8)
    const data = bytes.subarray(at + RECORD_HEAD_BYTES, at + RECORD_HEAD_BYTES + length)
    const kept = keptBytes(data, bytes.readUInt32LE(20))
    const head = Buffer.from(bytes.subarray(at, at + RECORD_HEAD_BYTES))
    head.writeUInt32LE(kept, 8)
    parts.push(head, data.subarray(0, kept))
    at += RECORD_HEAD_BYTES + length
  }
  return Buffer.concat(parts)
}

/** @param {Buffer} data @param {number} linkType */
function keptBytes(data, linkType) {
  const ip = linkType === 276 ? 20 : linkType === 113 ? 16 : 14
  const isIpv4 = (data[ip] ?? 0) >> 4 === 4
  const tcp = ip + (isIpv4 ? ((data[ip] ?? 0) & 15) * 4 : 40)
  if (data[isIpv4 ? ip + 9 : ip + 6] !== 6) return data.length
  const payload = tcp + ((data[tcp + 12] ?? 0) >> 4) * 4
  const [kind = 0, version] = data.subarray(payload)
  const isTls = kind >= 0x14 && kind <= 0x17 && version === 3
  const isHead = isTls || HTTP.test(data.subarray(payload, payload + 8).toString('latin1'))
  return isHead || data.length - payload <= SHORT_BYTES ? data.length : payload
}

/** @param {string} sockets */
function keepFewTables(sockets) {
  const names = readdirSync(sockets).toSorted()
  const ends = new Set(names.map((name) => name.replace(/-\d{8}T.*$/, '')))
  for (const end of ends) {
    const own = names.filter((name) => name.replace(/-\d{8}T.*$/, '') === end)
    const wanted = Array.from({ length: SAMPLES }, (_, index) =>
      Math.round((index * (own.length - 1)) / (SAMPLES - 1)),
    )
    for (const [index, name] of own.entries()) if (!wanted.includes(index)) rmSync(join(sockets, name))
  }
}
