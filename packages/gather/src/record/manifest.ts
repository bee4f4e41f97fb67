import { release } from 'node:os'
import type { Target } from '../target.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import type { Programs } from './programs.ts'
import { wallMinusMonotonic } from './time-stamp.ts'

export interface Tool {
  readonly name: string
  readonly version: string
}

/** A line of a copied log, from 1, and when it had been written. */
export interface LineTime {
  readonly path: string
  readonly line: number
  readonly atMs: number
}

/** What `manifest.json` says (schema `whyreset.evidence/1`, docs: the evidence folder). */
export function manifestText(
  folder: EvidenceFolder,
  targets: readonly Target[],
  recorded: {
    readonly startMs: number
    readonly endMs?: number
    readonly tools: readonly Tool[]
    readonly lineTimes: readonly LineTime[]
  },
): string {
  const { startMs, endMs, tools, lineTimes } = recorded
  const manifest = {
    schema: 'whyreset.evidence/1',
    targets: targets.map((target) => describe(target, startMs)),
    start: new Date(startMs).toISOString(),
    ...(endMs === undefined ? {} : { end: new Date(endMs).toISOString() }),
    clocks: [
      { name: 'CLOCK_MONOTONIC', wallMinusClockSeconds: Number(wallMinusMonotonic().toFixed(6)) },
      ...lineTimes.map(({ path, line, atMs }) => ({ path, line, at: new Date(atMs).toISOString() })),
    ],
    tools,
    files: folder.files,
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Versions of what took part; those that are not installed are left out. */
export async function toolVersions(programs: Programs): Promise<Tool[]> {
  const asked = await Promise.all(
    [
      ['tcpdump', '--version'],
      ['ss', '-V'],
    ].map(async ([name = '', flag = '']) => {
      const output = await programs.output([name, [flag]]).catch(() => undefined)
      const version = /\d+\.\d[\w.]{0,40}/.exec(output?.toString('latin1') ?? '')?.[0]
      return version === undefined ? [] : [{ name, version }]
    }),
  )
  return [{ name: 'linux', version: release() }, ...asked.flat()]
}

function describe({ name, pid, startedAt, addresses, zone }: Target, atMs: number): object {
  const offset = zone === undefined ? undefined : zoneOffset(zone, atMs)
  return {
    name,
    ...(pid === undefined ? {} : { pid }),
    ...(startedAt === undefined ? {} : { startedAt }),
    addresses,
    ...(offset === undefined ? {} : { zone: offset }),
  }
}

/** `Asia/Shanghai` → `+08:00`, as it is at that time; an offset stays what it is. */
function zoneOffset(zone: string, atMs: number): string | undefined {
  if (/^[+-]\d\d:?\d\d$/.test(zone) || zone === 'Z') return zone
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value
    return name === 'GMT' ? '+00:00' : /^GMT([+-]\d\d:\d\d)$/.exec(name ?? '')?.[1]
  } catch {
    return undefined
  }
}
