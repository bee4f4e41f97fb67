import { execFile } from 'node:child_process'

/** What a program or a socket answered. That it is missing, fails, hangs or floods is an answer as well. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  /** `absent`: there is no such program or socket, so nobody need hear of it. */
  | { readonly ok: false; readonly absent: boolean; readonly says: string }

/** Longest a program or a socket may take; milliseconds. A busy node's `crictl` takes one or two seconds. */
export const ANSWER_TIMEOUT_MS = 10_000
/** Thousands of containers fit. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** Runs a program to its end and answers with its standard output. Arguments are passed as they are: no shell. */
export function runProgram(program: string, args: readonly string[]): Promise<Answer<string>> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        encoding: 'utf8',
        timeout: ANSWER_TIMEOUT_MS,
        maxBuffer: MAX_ANSWER_BYTES,
        killSignal: 'SIGKILL',
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, value: stdout })
        else
          resolve({ ok: false, absent: isAbsent(program, error.code), says: failure(program, error, stderr) })
      },
    ).stdin?.end()
  })
}

/** The same for a program that answers in JSON. */
export async function runForJson(program: string, args: readonly string[]): Promise<Answer<unknown>> {
  const answer = await runProgram(program, args)
  if (!answer.ok) return answer
  try {
    return { ok: true, value: JSON.parse(answer.value) }
  } catch {
    return { ok: false, absent: false, says: `${program} did not answer with JSON` }
  }
}

/** A name is looked for along PATH, where a folder that may not be entered answers EACCES in its stead. */
function isAbsent(program: string, code: string | number | null | undefined): boolean {
  return code === 'ENOENT' || (code === 'EACCES' && !program.includes('/'))
}

/** Of many lines the last one names the failure. */
function failure(program: string, error: Error & { killed?: boolean }, stderr: string): string {
  if (error.killed === true) return `${program} gave no answer in ${ANSWER_TIMEOUT_MS / 1000} s`
  const line = stderr.trim().split('\n').at(-1)
  const words = line === undefined || line === '' ? error.message : line
  return words.startsWith(`${program}: `) ? shown(words) : `${program}: ${shown(words)}`
}

/** Words of a stranger, safe and short enough for a message. */
export function shown(text: string, maximum = 160): string {
  const clean = text.slice(0, maximum + 1).replace(/[^\x20-\x7e]/g, '?')
  return clean.length > maximum ? `${clean.slice(0, maximum - 3)}...` : clean
}
