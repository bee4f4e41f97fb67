/** `1 connection`, `1,204 connections`. */
export function n(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** `1,204`. The runtime takes a microsecond for it, and most counts are small. */
function grouped(count: number): string {
  return Number.isInteger(count) && count >= 0 && count < 1000 ? String(count) : count.toLocaleString('en-US')
}

/** 950 ms, 4.2 s, 3.5 min. */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 1000) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(1))} s`
  return `${Number((ms / 60_000).toFixed(1))} min`
}

export function bytes(count: number): string {
  if (count < 10_000) return n(count, 'byte')
  if (count < 1_000_000) return `${Math.round(count / 1000).toLocaleString('en-US')} kB`
  return `${(count / 1_000_000).toFixed(1)} MB`
}

/** `p = 0.003`, `p < 0.001`. */
export function p(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toPrecision(1)}`
}
