import type { LineContext, LineReader } from '../line-reader.ts'
import type { GcLog } from './collection.ts'
import { createDotnetReader, isDotnetLine } from './dotnet.ts'
import type { FormatReader } from './format-reader.ts'
import { createGcProcesses, type GcProcesses } from './gc-processes.ts'
import { createGoReader, isGoLine } from './go.ts'
import { createJdk8Reader, isJdk8Line } from './jdk8.ts'
import { createUnifiedReader, isUnifiedLine } from './unified.ts'
import { createV8Reader, isV8Line } from './v8.ts'

/** Longer lines are cut: nothing of a collection stands further in. */
const MAX_LINE = 65_536

/** `tail -n +1` of more files than this is read as if the last ones were one file. */
const MAX_SECTIONS = 1000

interface GcLogReader extends LineReader<readonly GcLog[]> {
  /** No format of the section is in the middle of something. */
  isIdle(section: string | undefined): boolean
}

/**
 * Reads garbage-collection logs of every known runtime in one pass. The log may be mixed with other lines, be cut
 * anywhere, and hold several files and processes: each runtime, section, process and run of it becomes a GcLog.
 *
 * Times are the wall clock where a line prints it, else the wrapper's time (`docker logs -t`), else the uptime.
 */
export function createGcLogReader(): GcLogReader {
  const sections = new Map<string, Section>()
  let last: { readonly name: string | undefined; readonly section: Section } | undefined

  function sectionOf({ section: name }: LineContext): Section {
    if (last !== undefined && last.name === name) return last.section
    const key = sections.size < MAX_SECTIONS ? (name ?? '') : OVERFLOW
    let section = sections.get(name ?? '') ?? sections.get(key)
    if (section === undefined) sections.set(key, (section = createSection(name)))
    last = { name, section }
    return section
  }

  return {
    line(text, number, context) {
      const line = text.length > MAX_LINE ? text.slice(0, MAX_LINE) : text
      for (const reader of sectionOf(context).readers) {
        if (reader.line(line, number, context.wrapperTime)) return
      }
    },
    isIdle(name) {
      // Sections are reported in the order of their first lines: that one is read.
      const section = sections.get(name ?? '')
      return section?.readers.every((reader) => reader.isOpen?.() !== true) ?? false
    },
    end() {
      return [...sections.values()].flatMap(({ readers, processes }) => {
        for (const reader of readers) reader.end()
        return processes.end()
      })
    },
  }
}

/**
 * Whether a line is of a garbage-collection log: for recognising an input by its content. A line that only mentions
 * a collection, as application logs do, is not.
 */
export function looksLikeGcLogLine(text: string): boolean {
  const line = text.length > MAX_RECOGNISED ? text.slice(0, MAX_RECOGNISED) : text
  return isUnifiedLine(line) || isJdk8Line(line) || isV8Line(line) || isGoLine(line) || isDotnetLine(line)
}

const MAX_RECOGNISED = 4096

/** No section is called this: names hold no NUL. */
const OVERFLOW = '\0'

interface Section {
  readonly processes: GcProcesses
  /** The unified reader comes before the older JDKs', whose continuation lines are the least distinct. */
  readonly readers: readonly FormatReader[]
}

function createSection(name: string | undefined): Section {
  const processes = createGcProcesses(name)
  return {
    processes,
    readers: [
      createUnifiedReader(processes),
      createV8Reader(processes),
      createGoReader(processes),
      createDotnetReader(processes),
      createJdk8Reader(processes),
    ],
  }
}
