/**
 * What is measured. Sizes are those of DESIGN.md's stated targets; `quick` is for a look in under a minute.
 * A contender's command gets the capture's path; `once` marks those that take minutes.
 */

/** @typedef {{ name: string, once?: boolean, command: (file: string) => string[], needs?: string }} Contender */

/** Share of the connections. */
const RESETS = 0.02
const RST_FILTER = 'tcp[tcpflags] & tcp-rst != 0'

const tcpdump = {
  name: 'tcpdump, RST filter',
  needs: 'tcpdump',
  command: (file) => ['tcpdump', '-n', '-r', file, RST_FILTER],
}
const tshark = {
  name: 'tshark -z conv,tcp',
  needs: 'tshark',
  once: true,
  command: (file) => ['tshark', '-n', '-q', '-r', file, '-z', 'conv,tcp'],
}
const tcptrace = {
  name: 'tcptrace',
  needs: 'tcptrace',
  once: true,
  command: (file) => ['tcptrace', '-n', file],
}
const cat = { name: 'cat', command: (file) => ['cat', file] }
const gunzip = { name: 'gzip -dc', needs: 'gzip', command: (file) => ['gzip', '-dc', file] }

/**
 * @param {readonly string[]} whyreset the command without its operands
 * @param {{ name: string, command: readonly string[] }[]} others the same on other versions of Node
 * @param {boolean} quick
 */
export function scenarios(whyreset, others, quick) {
  const many = quick ? { packets: 1e6, connections: 31_250 } : { packets: 9.6e6, connections: 300_000 }
  const large = {
    payload: 'full',
    live: 200,
    ...(quick ? { packets: 1e5, connections: 500 } : { packets: 1.1e6, connections: 4000 }),
  }
  const [short, long] = quick ? [2e5, 1e6] : [1e6, 1e7]
  const own = { name: 'whyreset', command: (file) => [...whyreset, file] }
  const elsewhere = others.map(({ name, command }) => ({ name, command: (file) => [...command, file] }))
  const json = { name: 'whyreset --json', command: (file) => [...whyreset, file, '--json'] }
  const page = {
    name: 'whyreset --html',
    command: (file) => [...whyreset, file, '--json', '--html', `${file}.html`],
  }
  const piped = {
    name: 'whyreset - (a pipe)',
    command: (file) => ['sh', '-c', 'file=$1; shift; cat "$file" | "$@" - --json', 'sh', file, ...whyreset],
  }
  const pipedPage = {
    name: 'whyreset - --html (a pipe)',
    command: (file) => [...piped.command(file), '--html', `${file}.html`],
  }
  return [
    {
      title: 'Small packets, many connections',
      capture: many,
      contenders: [own, ...elsewhere, json, page, piped, pipedPage, tcpdump, tshark, tcptrace, cat],
    },
    {
      title: 'Full-size packets',
      capture: large,
      contenders: [own, ...elsewhere, json, page, tcpdump, tshark, cat],
    },
    {
      title: 'The first capture, compressed with gzip',
      capture: many,
      compressed: true,
      contenders: [own, gunzip],
    },
    {
      title: 'Memory: a short capture with 1,000 live connections',
      capture: growing(short),
      contenders: [own],
    },
    {
      title: `Memory: one ${long / short} times as long, with as many live connections and resets`,
      capture: growing(long, (RESETS * short) / long),
      contenders: [own],
    },
  ]
}

/** What grows with the number of resets is the answer, which lists each. */
function growing(packets, resets = RESETS) {
  return { packets, connections: packets / 32, live: 1000, resets, seed: 2 }
}
