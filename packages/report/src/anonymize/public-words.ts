/** A value that is made of public words and numbers only, by its key in the message. */
export function isPublic(name: string, text: string): boolean {
  if (name === 'zone') return /^[+-]\d\d:\d\d$/.test(text)
  if (name === 'response') return /^\d{3}(?:, \d{1,15} bytes announced)?$/.test(text)
  if (name !== 'name') return false
  return (
    KERNEL_COUNTER.test(text) || (text.match(/[^ ().,-]+/g) ?? []).every((word) => COLLECTION_WORDS.has(word))
  )
}

/** A known program, without the version that a server's header adds: `nginx` of `nginx/1.22.1`. */
export function knownProgram(name: string): string | undefined {
  const [program = ''] = name.split('/')
  return KNOWN_PROGRAMS.has(program) ? program : undefined
}

/** What core calls the writer of a log by how its lines look, beside the known programs. */
export function isLogWriter(name: string): boolean {
  return LOG_WRITERS.has(name)
}

/** As `nstat` names them. */
const KERNEL_COUNTER =
  /^(?:Tcp|TcpExt)(?:ListenOverflows|ListenDrops|OutRsts|EstabResets|AbortOn[A-Za-z]{3,20})$/

/** What runtimes call their collections; whoever wrote the log may have put anything else there. */
const COLLECTION_WORDS: ReadonlySet<string> = new Set(
  `Pause Young Full Normal Mixed Prepare Concurrent Start Initial Final Mark Marking Remark Cleanup Sweep Compact Undo
  Cycle cycle G1 G1GC Parallel Serial CMS Shenandoah ZGC Z GC gc Garbage Collection collection Major Minor Old Tenured
  ParNew PSYoungGen Evacuation Allocation Failure Rate Stall Humongous GCLocker Initiated Metadata Threshold Ergonomics
  System Periodic Proactive Warmup Degenerated Scavenge generation gen 0 1 2`.split(/\s+/),
)

/** Programs and threads that run everywhere: their names help and identify nobody. */
const KNOWN_PROGRAMS: ReadonlySet<string> = new Set([
  'Common-Cleaner',
  'Finalizer',
  'apache2',
  'bun',
  'caddy',
  'curl',
  'deno',
  'dotnet',
  'envoy',
  'haproxy',
  'httpd',
  'java',
  'mysqld',
  'nginx',
  'node',
  'php-fpm',
  'postgres',
  'python',
  'python3',
  'redis-server',
  'ruby',
])

const LOG_WRITERS: ReadonlySet<string> = new Set(['go', 'kernel', 'log', 'php', 'python', 'redis', 'rust'])
