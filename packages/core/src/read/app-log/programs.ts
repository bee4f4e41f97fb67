import type { AppLog } from './log-event.ts'
import type { WrapperContext } from './wrapper.ts'

type Program = AppLog['programs'][number]

/** How programs betray themselves in a line. */
const SIGNS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'nginx', pattern: /\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d{1,10}#\d{1,10}: / },
  { name: 'redis', pattern: /^\d{1,10}:[XCSM] \d|^\d{1,10}:signal-handler \(/ },
  { name: 'haproxy', pattern: /\bhaproxy\[\d|^\[(?:NOTICE|WARNING|ALERT)\] {1,3}\(\d{1,10}\) : / },
  {
    name: 'envoy',
    pattern: /^\[[\d :.-]{19,26}\]\[\d{1,10}\]\[(?:trace|debug|info|warning|error|critical)\]\[/,
  },
  { name: 'httpd', pattern: /\[pid \d{1,10}(?::tid \d{1,20})?\] |\bAH\d{5}: / },
  { name: 'postgres', pattern: /\b(?:LOG|FATAL|ERROR|WARNING|STATEMENT|DETAIL|HINT|PANIC): {2}\S/ },
  {
    name: 'mysqld',
    pattern: /\[MY-\d{6}\]|^\d{6} {1,2}\d{1,2}:\d{2}:\d{2} \[(?:Note|Warning|ERROR)\]|mysqld/,
  },
  {
    name: 'node',
    pattern: /^\(node:\d|\bnode v?\d{1,2}\.\d|\(node:internal\/|\bundici\b|\bsocket hang up\b/,
  },
  {
    name: 'java',
    pattern:
      /^\s{1,16}at [\w.@/$<>-]{3,250}\([\w$-]{1,100}\.java:\d|^Exception in thread "|\bjava(?:x)?\.[a-z]{2,20}\.[\w.]{0,60}Exception\b|\bjava \d{1,2}\.\d/,
  },
  {
    name: 'python',
    pattern: /^Traceback \(most recent call last\)|\[Errno \d{1,4}\]|<urlopen error|\bpython ?3\.\d/i,
  },
  { name: 'go', pattern: /^goroutine \d|\b(?:read|write|dial) tcp [\d.[\]:>-]{7,90}: / },
  { name: 'dotnet', pattern: /\bSystem\.(?:Net|IO)\.[\w.]{2,60}Exception\b/ },
  { name: 'rust', pattern: /\bos error \d{1,5}\)|^thread '[^']{1,80}' panicked/ },
  { name: 'ruby', pattern: /\bErrno::E[A-Z]{3,14}\b|^[DIWEF], \[\d{4}-/ },
  { name: 'php', pattern: /\bPHP (?:Fatal error|Warning|Notice)\b|^#\d \S{1,300}\.php\(\d/ },
  { name: 'curl', pattern: /\bcurl: \(\d{1,3}\) / },
  { name: 'kernel', pattern: /^(?:<\d{1,3}>)?\[ {0,9}\d{1,9}\.\d{6}\] / },
]

/** Lines of a section in which a program is looked for; later, only lines that are events. */
const SEARCHED_LINES = 200
const MAX_PROGRAMS = 500

export interface ProgramFinder {
  see(text: string, context: WrapperContext, pid: number | undefined, isEvent: boolean): void
  add(name: string, section: string | undefined, pid: number | undefined): void
  /** So many lines of the section were seen that only events are still looked at. */
  isSettled(section: string | undefined): boolean
  end(): readonly Program[]
}

/** Collects which programs wrote a log, each once per section with the first process id it printed. */
export function createProgramFinder(): ProgramFinder {
  const found = new Map<string, { section?: string; name: string; pid?: number }>()
  const seen = new Map<string | undefined, number>()

  function add(name: string, section: string | undefined, pid: number | undefined): void {
    const key = `${section ?? ''}\n${name}`
    const known = found.get(key)
    if (known !== undefined) {
      if (known.pid === undefined && pid !== undefined) known.pid = pid
      return
    }
    if (found.size >= MAX_PROGRAMS) return
    found.set(key, {
      ...(section === undefined ? {} : { section }),
      name,
      ...(pid === undefined ? {} : { pid }),
    })
  }

  return {
    add,
    see(text, context, pid, isEvent) {
      if (context.program !== undefined) add(context.program, context.section, context.pid)
      const lines = seen.get(context.section) ?? 0
      if (lines >= SEARCHED_LINES && !isEvent) return
      if (lines === 0 && seen.size >= MAX_PROGRAMS) return
      seen.set(context.section, lines + 1)
      for (const { name, pattern } of SIGNS) if (pattern.test(text)) add(name, context.section, pid)
    },
    isSettled: (section) => (seen.get(section) ?? 0) >= SEARCHED_LINES,
    end: () => [...found.values()],
  }
}
