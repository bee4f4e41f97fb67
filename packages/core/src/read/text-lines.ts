import { problem, type Problem } from '../errors.ts'
import { createHeldLines } from './held-lines.ts'
import type { Skim } from './log-skim.ts'
import { readUtf16, readUtf8 } from './text-decode.ts'

/** A line longer than this is cut: no log line that means anything is longer, and memory stays bounded. */
export const MAX_LINE_BYTES = 64 * 1024

export interface LineSplitter {
  push(chunk: Uint8Array): void
  /** Reports the last line if it lacks its line end, then says what was wrong with the text. */
  end(): { readonly lines: number; readonly problems: readonly Problem[] }
}

/** @param isWordless `skim` said of the bytes that no event is named in them. */
export type OnLine = (text: string, number: number, isWordless: boolean) => void

/** Asked for each line of UTF-8 before it is decoded. */
export type SkimLine = (bytes: Uint8Array, from: number, to: number) => Skim

const LF = 0x0a
const CR = 0x0d
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/**
 * Turns bytes into lines without their ends (`\n` or `\r\n`), numbered from 1. UTF-8, with U+FFFD for bad bytes; UTF-16
 * where a byte order mark announces it (PowerShell's `>` writes it). A NUL is a character like any other.
 * Decodes by hand: TextDecoder is not part of the language, and core runs where nothing else is.
 *
 * What `skim` calls of no use is not passed on: a line that `begins` an entry is held back with those that continue
 * it, and all of them are dropped when the next entry begins so. Before any other line they are passed on first.
 */
export function createLineSplitter(onLine: OnLine, skim?: SkimLine): LineSplitter {
  const held = createHeldLines()
  const kept = new Uint8Array(MAX_LINE_BYTES)
  let keptBytes = 0
  let lineBytes = 0
  let lines = 0
  let encoding: Encoding | undefined
  let cut: { readonly bytes: number; readonly line: number } | undefined
  let cutLines = 0
  // The first byte of a UTF-16 unit that a chunk border tore apart.
  let torn: number | undefined

  function emit(bytes: Uint8Array, from: number, to: number): void {
    lines += 1
    if (encoding === 'utf-16le' || encoding === 'utf-16be') {
      onLine(withoutReturn(readUtf16(bytes, from, to, encoding)), lines, false)
      return
    }
    const found = skim === undefined ? 'unknown' : skim(bytes, from, to)
    if (found === 'begins' || (found === 'continues' && held.canTake())) {
      if (found === 'begins') held.drop()
      // What lies in the buffer of torn lines is overwritten by the next of them.
      if (bytes === kept) held.take(bytes.slice(from, to), 0, to - from, lines)
      else held.take(bytes, from, to, lines)
      return
    }
    release()
    onLine(withoutReturn(readUtf8(bytes, from, to)), lines, found !== 'unknown')
  }

  function release(): void {
    held.release((bytes, from, to, number) => {
      onLine(withoutReturn(readUtf8(bytes, from, to)), number, true)
    })
  }

  function keep(bytes: Uint8Array, from: number, to: number): void {
    lineBytes += to - from
    const fits = Math.min(to - from, MAX_LINE_BYTES - keptBytes)
    if (fits <= 0) return
    kept.set(bytes.subarray(from, from + fits), keptBytes)
    keptBytes += fits
  }

  function emitKept(): void {
    if (lineBytes > keptBytes) {
      cutLines += 1
      if (cut === undefined || lineBytes > cut.bytes) cut = { bytes: lineBytes, line: lines + 1 }
    }
    emit(kept, 0, keptBytes)
    keptBytes = 0
    lineBytes = 0
  }

  function splitUtf8(bytes: Uint8Array, start: number): void {
    let from = start
    for (;;) {
      const to = bytes.indexOf(LF, from)
      if (to < 0) break
      if (lineBytes === 0 && to - from <= MAX_LINE_BYTES) emit(bytes, from, to)
      else {
        keep(bytes, from, to)
        emitKept()
      }
      from = to + 1
    }
    keep(bytes, from, bytes.length)
  }

  function splitUtf16(bytes: Uint8Array, start: number, bigEndian: boolean): void {
    let from = start
    const unit = new Uint8Array(2)
    if (torn !== undefined && from < bytes.length) {
      unit[0] = torn
      unit[1] = bytes[from] ?? 0
      torn = undefined
      from += 1
      if (unit[bigEndian ? 0 : 1] === 0 && unit[bigEndian ? 1 : 0] === LF) emitKept()
      else keep(unit, 0, 2)
    }
    const end = from + ((bytes.length - from) & ~1)
    for (let at = from; at < end; at += 2) {
      if (bytes[bigEndian ? at : at + 1] !== 0 || bytes[bigEndian ? at + 1 : at] !== LF) continue
      keep(bytes, from, at)
      emitKept()
      from = at + 2
    }
    keep(bytes, from, end)
    if (end < bytes.length) torn = bytes[end]
  }

  function split(bytes: Uint8Array, from: number): void {
    if (encoding === 'utf-8') splitUtf8(bytes, from)
    else splitUtf16(bytes, from, encoding === 'utf-16be')
  }

  // Up to three bytes wait here until they tell whether the text begins with a byte order mark.
  let head: readonly number[] = []
  function begin(bytes: Uint8Array, atEnd: boolean): void {
    const all = Uint8Array.from([...head, ...bytes.subarray(0, 3)])
    const mark = readMark(all, atEnd)
    if (mark === undefined) {
      head = [...all]
      return
    }
    const rest = head.length
    head = []
    encoding = mark.encoding
    split(all, mark.length)
    split(bytes, Math.min(bytes.length, all.length - rest))
  }

  return {
    push(chunk) {
      if (encoding === undefined) begin(chunk, false)
      else split(chunk, 0)
      held.keep(chunk)
    },
    end() {
      if (encoding === undefined) begin(new Uint8Array(0), true)
      if (lineBytes > 0) emitKept()
      release()
      if (cut === undefined) return { lines, problems: [] }
      const others = cutLines > 1 ? { others: cutLines - 1 } : {}
      return {
        lines,
        problems: [
          problem('line-too-long', { bytes: cut.bytes, kept: MAX_LINE_BYTES, ...others }, { line: cut.line }),
        ],
      }
    },
  }
}

function withoutReturn(text: string): string {
  return text.charCodeAt(text.length - 1) === CR ? text.slice(0, -1) : text
}

/** The encoding and the length of its mark; undefined while more bytes could still complete a mark. */
function readMark(
  head: Uint8Array,
  atEnd: boolean,
): { readonly encoding: Encoding; readonly length: number } | undefined {
  const [a, b, c] = head
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 }
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 }
  const couldBecomeMark =
    a === undefined ||
    (b === undefined && (a === 0xff || a === 0xfe || a === 0xef)) ||
    (a === 0xef && b === 0xbb && c === undefined)
  return couldBecomeMark && !atEnd ? undefined : { encoding: 'utf-8', length: 0 }
}
