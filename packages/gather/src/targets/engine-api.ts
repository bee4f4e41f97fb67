import { request } from 'node:http'
import { ANSWER_TIMEOUT_MS, type Answer, MAX_ANSWER_BYTES } from './run-program.ts'

/** GET of a JSON document from Docker's or Podman's API socket. */
export function getJson(socketPath: string, path: string): Promise<Answer<unknown>> {
  return new Promise((resolve) => {
    const fail = (says: string, absent = false): void => resolve({ ok: false, absent, says })
    const query = request({ socketPath, path, headers: { host: 'localhost' }, agent: false }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes > MAX_ANSWER_BYTES) query.destroy(new Error(`answered more than ${MAX_ANSWER_BYTES} bytes`))
      })
      response.on('error', (error) => fail(`${socketPath}: ${error.message}`))
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(`${socketPath} answered ${response.statusCode}`)
        try {
          resolve({ ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) })
        } catch {
          fail(`${socketPath} did not answer with JSON`)
        }
      })
    })
    const timer = setTimeout(() => {
      query.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS / 1000} s`))
    }, ANSWER_TIMEOUT_MS)
    query.on('close', () => clearTimeout(timer))
    query.on('error', (error: NodeJS.ErrnoException) => {
      // A socket file that nobody listens on was left behind by a daemon that is gone.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR')
        fail(`${socketPath}: nobody listens`, true)
      else if (error.code === 'EACCES' || error.code === 'EPERM')
        fail(`no right to ask ${socketPath}: run as root`)
      else fail(`${socketPath}: ${error.message}`)
    })
    query.end()
  })
}
