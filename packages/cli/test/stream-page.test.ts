import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { PageSide } from '@whyreset/report/html'
import { afterAll, describe, expect, it } from 'vitest'
import { REFUSED, start, whyreset } from './whyreset.ts'

const folder = mkdtempSync(join(tmpdir(), 'whyreset-stream-page-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const CAPTURE = join(REFUSED, 'capture.pcap')
const BYTES = readFileSync(CAPTURE)
/** Longer than what pipes hold: when it is written, most of it was read. */
const LONG = Buffer.concat([BYTES, ...Array.from({ length: 1000 }, () => BYTES.subarray(24))])

/** What the page at a path shows. */
function shown(path: string): PageSide {
  const html = readFileSync(path, 'utf8')
  const [, encoding, data = ''] = /data-encoding="([a-z0-9-]+)">([^<]*)<\/script>/.exec(html) ?? []
  const json = encoding === 'json' ? data : gunzipSync(Buffer.from(data, 'base64')).toString()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command wrote it
  return JSON.parse(json) as PageSide
}

/** Where temporary files of one run go. */
function scratch(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

describe('the page of what passes once', () => {
  it.each([
    ['a capture', BYTES],
    ['a compressed capture', gzipSync(BYTES)],
  ])('has the pictures that the file has, from %s', (_, input) => {
    const [fromFile, fromStream] = [join(folder, 'file.html'), join(folder, 'stream.html')]
    expect(whyreset([CAPTURE, '--html', fromFile]).code).toBe(0)
    expect(whyreset(['-', '--html', fromStream], { input }).code).toBe(0)
    expect(shown(fromFile).exhibits?.ladders.length).toBeGreaterThan(0)
    expect(shown(fromStream).exhibits).toEqual(shown(fromFile).exhibits)
  })

  it('says what its pictures lack where the stream cannot be kept, and answers all the same', () => {
    const page = join(folder, 'unkept.html')
    const env = { TMPDIR: join(folder, 'absent') }
    const run = whyreset(['-', '--html', page], { input: BYTES, env })
    const { stdout } = whyreset(['-'], { input: BYTES })
    expect({ code: run.code, first: run.stdout.split('\n')[0] }).toEqual({
      code: 0,
      first: stdout.split('\n')[0],
    })
    const { diagnosis, exhibits } = shown(page)
    expect(exhibits?.lanes.count).toBe(0)
    expect(diagnosis.inputs[0]?.problems).toMatchObject([
      { code: 'pictures-cut-short', values: { bytes: 0, reason: 'no such file or directory' } },
    ])
  })

  it('shows what came until Ctrl-C', async () => {
    const page = join(folder, 'interrupted.html')
    const env = { TMPDIR: scratch('interrupted') }
    const { child, end } = start(['-', '--html', page], env)
    child.stdin.write(LONG, () => child.kill('SIGINT'))
    expect((await end).code).toBe(130)
    expect(shown(page).exhibits?.ladders.length).toBeGreaterThan(0)
    expect(readdirSync(env.TMPDIR)).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('leaves nothing behind when it is killed', async () => {
    const env = { TMPDIR: scratch('killed') }
    const { child, end } = start(['-', '--html', join(folder, 'never.html')], env)
    child.stdin.on('error', () => undefined).write(LONG)
    await untilOpen(child.pid ?? 0, env.TMPDIR)
    child.kill('SIGKILL')
    await end
    expect(readdirSync(env.TMPDIR)).toEqual([])
  })
})

/** Until a process has a file open that was below the folder and has no name any more. */
async function untilOpen(pid: number, below: string): Promise<void> {
  const fds = `/proc/${pid}/fd`
  for (;;) {
    const targets = readdirSync(fds).map((fd) => {
      try {
        return readlinkSync(join(fds, fd))
      } catch {
        return ''
      }
    })
    if (targets.some((target) => target.startsWith(below) && target.endsWith(' (deleted)'))) return
    await wait(5)
  }
}
