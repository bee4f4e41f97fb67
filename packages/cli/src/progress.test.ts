import { describe, expect, it } from 'vitest'
import { createProgress } from './progress.ts'

function draw(isTTY: boolean, timesMs: readonly number[], name = 'capture.pcap'): string[] {
  const written: string[] = []
  let nowMs = 0
  const screen = { isTTY, write: (text: string) => written.push(text) }
  const progress = createProgress(screen, () => nowMs)
  for (const timeMs of timesMs) {
    nowMs = timeMs
    progress.show({ name, bytes: timeMs * 1e6, of: 4e9 })
  }
  progress.clear()
  return written
}

describe('createProgress', () => {
  it('is silent on what is not a terminal, and for work that is over at once', () => {
    expect(draw(false, [500, 1000])).toEqual([])
    expect(draw(true, [0, 100, 199])).toEqual([])
  })

  it('shows how far it is, not too often, and leaves nothing behind', () => {
    expect(draw(true, [250, 260, 1000])).toEqual([
      '\r\u001B[Kreading capture.pcap: 250 MB of 4.0 GB (6 %)',
      '\r\u001B[Kreading capture.pcap: 1.0 GB of 4.0 GB (25 %)',
      '\r\u001B[K',
    ])
  })

  it('tells how many connections were found reset by then', () => {
    const written: string[] = []
    let nowMs = 0
    const progress = createProgress({ isTTY: true, write: (text) => written.push(text) }, () => nowMs)
    for (const resets of [0, 1, 2700]) {
      nowMs += 1000
      progress.show({ name: 'a.pcap', bytes: 2e6, of: 4e6, resets })
    }
    expect(written.map((line) => line.replace(/^.*: /s, ''))).toEqual([
      '2 MB of 4 MB (50 %)',
      '2 MB of 4 MB (50 %), 1 reset',
      '2 MB of 4 MB (50 %), 2,700 resets',
    ])
  })

  it('lets no file name steer the terminal', () => {
    const [line = ''] = draw(true, [300], 'a\u001B[2Jb\n')
    expect(line.slice('\r\u001B[K'.length)).not.toMatch(/\p{Cc}/u)
  })
})
