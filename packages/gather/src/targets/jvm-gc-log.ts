/** Where a JVM's options send its garbage-collection log. */
export type GcOutput =
  | { readonly kind: 'stdout' }
  /** As written in the option: may be relative, and may hold `%p`, `%t` and `%hn`. */
  | { readonly kind: 'file'; readonly name: string }

/**
 * The outputs that get lines about collections: `-Xlog:gc*:file=gc.log:time:filecount=5` (JEP 158, HotSpot
 * `LogConfiguration::parse_log_arguments`), and JDK 8's `-Xloggc:gc.log`, `-verbose:gc`, `-XX:+PrintGC…`.
 */
export function gcOutputs(options: readonly string[]): GcOutput[] {
  const byName = new Map<string, GcOutput>()
  const add = (output: GcOutput | undefined): void => {
    if (output !== undefined) byName.set(output.kind === 'file' ? `file ${output.name}` : 'stdout', output)
  }
  for (const option of options) {
    if (option === '-Xlog:disable') byName.clear()
    else if (option === '-Xlog' || option.startsWith('-Xlog:'))
      add(unifiedOutput(option.slice('-Xlog:'.length)))
    else if (option.startsWith('-Xloggc:')) add(fileOutput(option.slice('-Xloggc:'.length)))
    else if (/^(?:-verbose:gc|-XX:\+PrintGC(?:Details)?)$/.test(option)) add({ kind: 'stdout' })
  }
  // JDK 8's switches choose what is printed; with a file they no longer print to stdout.
  const legacyFile = options.some((option) => option.startsWith('-Xloggc:'))
  const unifiedStdout = options.some((option) => option.startsWith('-Xlog') && !option.startsWith('-Xloggc'))
  if (legacyFile && !unifiedStdout) byName.delete('stdout')
  return [...byName.values()].slice(0, MAX_OUTPUTS)
}

/** A command line of thousands was written to keep somebody busy. */
const MAX_OUTPUTS = 16

/** `what:output:decorators:options`, all of them optional; a colon inside quotes belongs to the name. */
function unifiedOutput(text: string): GcOutput | undefined {
  const [what = '', output = ''] = text.match(/(?:"[^"]*"|[^":])+|(?<=:)(?=:)|^(?=:)/g) ?? []
  if (/^(?:help|async|disable)$/.test(what) || !speaksOfCollections(what)) return undefined
  if (output === '' || output === 'stdout' || output === 'stderr') return { kind: 'stdout' }
  // `#1` names an output that an earlier option has configured.
  if (output.startsWith('#')) return undefined
  return fileOutput(output.replace(/^file=/, ''))
}

function fileOutput(name: string): GcOutput | undefined {
  const bare = name.replaceAll('"', '')
  return bare === '' ? undefined : { kind: 'file', name: bare }
}

/** `gc*=debug,safepoint=info`; nothing at all means everything. */
function speaksOfCollections(what: string): boolean {
  return what.split(',').some((selection) => {
    const [tags = '', level] = selection.split('=')
    if (level !== undefined && ['off', 'error', 'warning'].includes(level)) return false
    return (
      tags === '' ||
      tags
        .replace(/\*$/, '')
        .split('+')
        .some((tag) => tag === 'gc' || tag === 'safepoint' || tag === 'all')
    )
  })
}

/** Whether an open file answers to an absolute name, with what stands for `%p`, `%t` and for rotation. */
export function isNamedBy(path: string, name: string): boolean {
  const parts = name.split(/(%p|%t|%hn)/)
  if (parts.length > MAX_PARTS) return false
  const pattern = parts
    .map((part) => PLACEHOLDERS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('')
  // JDK 8 writes `gc.log.0.current` while it rotates.
  return new RegExp(`^${pattern}(?:\\.\\d+\\.current)?$`).test(path)
}

/** Three placeholders. The name comes from the target, and a row of `%p%p%p…` would take the match forever. */
const MAX_PARTS = 7

/** `pid12`, `2026-11-22_14-55-16`: HotSpot writes them so in -Xloggc names, and bare in -Xlog names. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '%p': '(?:pid)?\\d+',
  '%t': '[\\d_-]+',
  '%hn': '[^/]*',
}
