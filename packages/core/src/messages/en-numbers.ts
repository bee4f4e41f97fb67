/** `1 connection`, `1,204 connections`. */
export function n(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** `1,204`. Whole numbers without Intl, which takes 10 ms to get ready and a microsecond for each. */
export function grouped(count: number): string {
  if (!Number.isSafeInteger(count)) return count.toLocaleString('en-US')
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
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
  if (count < 1_000_000) return `${grouped(Math.round(count / 1000))} kB`
  return `${(count / 1_000_000).toFixed(1)} MB`
}

/** `p = 0.003`, `p < 0.001`. */
export function p(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toPrecision(1)}`
}
