/** A row of counts in at most `cells` characters: a blank for none, eight heights for the rest. */
export function sparkline(counts: readonly number[], cells: number): string {
  const bins = rebin(counts, cells)
  const highest = bins.reduce((most, n) => Math.max(most, n), 0)
  return bins
    .map((n) => (n === 0 ? ' ' : (HEIGHTS[Math.ceil((n / highest) * HEIGHTS.length) - 1] ?? '█')))
    .join('')
}

/** A row of marks where something happened. */
export function tickLine(counts: readonly number[], cells: number): string {
  return rebin(counts, cells)
    .map((n) => (n === 0 ? ' ' : '│'))
    .join('')
}

const HEIGHTS = '▁▂▃▄▅▆▇█'

/** Sums neighbours until they fit; never stretches. Nonsense counts as none. */
function rebin(counts: readonly number[], cells: number): number[] {
  const bins = Array.from<number>({ length: Math.max(0, Math.min(cells, counts.length)) }).fill(0)
  counts.forEach((n, slice) => {
    const bin = Math.floor((slice * bins.length) / counts.length)
    if (n > 0 && Number.isFinite(n)) bins[bin] = (bins[bin] ?? 0) + n
  })
  return bins
}
