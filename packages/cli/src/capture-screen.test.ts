import { expect, it } from 'vitest'
import { showStatus, statusLine, summaryLine } from './capture-screen.ts'

const STATUS = {
  elapsedMs: 34_000,
  remainingMs: 598_200,
  packets: 1204,
  connections: 1,
  resets: 0,
  closeWait: 2,
  bytesOnDisk: 1_234_567,
  droppedPackets: 0,
  missing: [],
}

it('says in one line what was seen, what it takes, and how long it may go on', () => {
  expect(statusLine(STATUS)).toBe(
    '1,204 packets · 1 connection · 0 resets · 2 CLOSE_WAIT · 1.2 MB · 9:59 left',
  )
})

it('leaves out what was not looked at, and does not leave out what was lost', () => {
  const { closeWait: _unknown, ...others } = STATUS
  expect(statusLine({ ...others, droppedPackets: 12, remainingMs: 86_399_000 })).toBe(
    '1,204 packets · 1 connection · 0 resets · 12 DROPPED · 1.2 MB · 23:59:59 left',
  )
})

it('says at the end what it cost', () => {
  expect(summaryLine({ ...STATUS, ownCpuMs: 340 })).toBe(
    '1,204 packets, 1 connection, 0 resets in 34 s; 1.2 MB written; own load 1.0 % of a processor',
  )
})

it('writes over its line on a terminal, within its width, and takes it away', () => {
  const written: string[] = []
  const screen = { isTTY: true, columns: 40, write: (text: string) => written.push(text) }
  showStatus(screen, () => STATUS).stop()
  expect(written).toEqual([`\r\u001B[K${statusLine(STATUS).slice(0, 39)}`, '\r\u001B[K'])
})

it('writes nothing at once where nobody watches', () => {
  const written: string[] = []
  showStatus({ write: (text: string) => written.push(text) }, () => STATUS).stop()
  expect(written).toEqual([])
})
