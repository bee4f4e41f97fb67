/** What whyreset promises about speed and size (docs/architecture.md), checked against one run's results. */

const FULL_SIZE_BYTES_PER_SECOND = 2e9
const PEAK_BYTES = 400e6

/** Collections of garbage come at different moments: peaks of equal runs differ by a few per cent. */
const PEAK_NOISE = 1.15

/** @returns {string[]} one line a goal whose scenario was run */
export function goals(results) {
  const lines = []
  const goal = (says, value, isMet) =>
    lines.push(`- ${isMet(value) ? 'met' : '**missed**'}: ${says}: ${value.toPrecision(3)}`)
  const scenario = (title) => results.find((each) => each.title.startsWith(title))

  const small = scenario('Small')
  const own = rowOf(small, 'whyreset')
  const tcpdump = rowOf(small, 'tcpdump')
  const tshark = rowOf(small, 'tshark')
  for (const { name, seconds } of small?.rows.filter(isWholeCommand) ?? []) {
    if (tcpdump)
      goal(
        `${name}: at most 1.5 × the time of tcpdump's RST filter`,
        seconds / tcpdump.seconds,
        (value) => value <= 1.5,
      )
    if (tshark)
      goal(`${name}: at least 60 × as fast as tshark`, tshark.seconds / seconds, (value) => value >= 60)
  }
  if (own?.peakBytes)
    goal('peak memory under 400 MB, in MB', own.peakBytes / 1e6, (value) => value < PEAK_BYTES / 1e6)

  const full = scenario('Full')
  const speed = full && full.fileBytes / rowOf(full, 'whyreset').seconds
  if (speed)
    goal('full-size packets at 2 GB/s, in GB/s', speed / 1e9, () => speed >= FULL_SIZE_BYTES_PER_SECOND)

  const [short, long] = ['Memory: a short', 'Memory: one'].map((title) => rowOf(scenario(title), 'whyreset'))
  if (short?.peakBytes && long?.peakBytes)
    goal(
      'memory does not grow with the length, long ÷ short',
      long.peakBytes / short.peakBytes,
      (value) => value <= PEAK_NOISE,
    )
  return lines
}

/** On this version of Node or another one, with nothing but the file. */
function isWholeCommand({ name }) {
  return /^whyreset(?:, Node [\d.]+)?$/.test(name)
}

function rowOf(result, name) {
  return result?.rows.find((row) => row.name.startsWith(name))
}
