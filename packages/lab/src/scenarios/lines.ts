import type { Host } from '../network/host.ts'
import type { Program } from '../program.ts'
import type { Told } from '../tellings.ts'
import type { Stage } from '../stage.ts'

/** Ports that services use: none of them means anything to whyreset. */
export function pickPort(stage: Stage): number {
  return stage.random.pick([80, 443, 3306, 5432, 5672, 6379, 8080, 9042, stage.random.int(1024, 32_000)])
}

/** A line server, listening. `options` are those of programs/line-server.mjs. */
export async function serveLines(stage: Stage, host: Host, port: number, options: object): Promise<Program> {
  const program = stage.node(host, 'line-server.mjs', { host: anyAddress(host), port, ...options })
  await program.wait('ready')
  return program
}

/** A line client that waits for the word to begin. `options` are those of programs/line-client.mjs. */
export async function lineClient(
  stage: Stage,
  host: Host,
  server: string,
  port: number,
  options: object,
): Promise<Program> {
  const program = stage.node(host, 'line-client.mjs', { host: server, port, ...options })
  await program.wait('ready')
  return program
}

export function anyAddress(host: Host): string {
  return host.family === 6 ? '::' : '0.0.0.0'
}

/** The same pause so many times. */
export function steady(ms: number, times: number): readonly number[] {
  return Array.from({ length: times }, () => ms)
}

/** How often a program told that a connection failed with this code, in this phase where one is given. */
export function failures(program: Program, code: string, phase?: string): number {
  const isMeant = (told: Told) => told['code'] === code && (phase === undefined || told['phase'] === phase)
  return program.told('failed').filter(isMeant).length
}
