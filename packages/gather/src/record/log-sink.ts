import type { EvidenceFile } from './evidence-folder.ts'

/** Where the bytes of one log go: into its file as they are, and line by line to whoever listens. */
export interface LogSink {
  write(bytes: Buffer): void
  /** Notes that the last line was written at that time, which is what the file's own time says. */
  writtenAt(atMs: number): void
  /** Passes on a last line without an end, and closes the file. */
  end(): void
  /** The file is full: bytes are looked at and not kept. */
  readonly isCut: boolean
  /** When lines had been written; few of many, spread over all of the time. */
  readonly lineTimes: readonly { readonly line: number; readonly atMs: number }[]
}

const MAX_LINE = 8192
const LINE_FEED = 0x0a
/** They fix a clock: more would not fix it better. */
const MAX_LINE_TIMES = 200

export function createLogSink(
  /** Called with the first bytes: a log that stays silent leaves no file. */
  createFile: () => EvidenceFile,
  maxBytes: number,
  onLine: (line: string) => void,
): LogSink {
  let file: EvidenceFile | undefined
  let isCut = false
  let line = ''
  let wholeLines = 0
  let lineTimes: { line: number; atMs: number }[] = []
  const decoder = new TextDecoder()

  function passLine(): void {
    if (line !== '') onLine(line.replace(/\r$/, ''))
    line = ''
  }

  return {
    get isCut() {
      return isCut
    },
    get lineTimes() {
      return lineTimes
    },
    writtenAt(atMs) {
      if (isCut || line !== '' || wholeLines === 0 || lineTimes.at(-1)?.line === wholeLines) return
      if (lineTimes.length >= MAX_LINE_TIMES) lineTimes = lineTimes.filter((_, index) => index % 2 === 0)
      lineTimes.push({ line: wholeLines, atMs })
    },
    write(bytes) {
      file ??= createFile()
      if (!isCut && file.bytes + bytes.length <= maxBytes) file.write(bytes)
      else if (!isCut) {
        // Up to the last whole line that fits.
        const end = bytes.subarray(0, Math.max(0, maxBytes - file.bytes)).lastIndexOf(LINE_FEED) + 1
        file.write(bytes.subarray(0, end))
        isCut = true
      }
      const [first = '', ...others] = decoder.decode(bytes, { stream: true }).split('\n')
      line = (line + first).slice(0, MAX_LINE)
      for (const next of others) {
        wholeLines++
        passLine()
        line = next.slice(0, MAX_LINE)
      }
    },
    end() {
      passLine()
      file?.close()
    },
  }
}
