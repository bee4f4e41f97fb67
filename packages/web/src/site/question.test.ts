import { describe, expect, it } from 'vitest'
import { parsePeer } from '../../../cli/src/peer-option.ts'
import { parseTime } from '../../../cli/src/time-option.ts'
import { readPeer, readQuestion, readTime } from './question.ts'

/** What the command line makes of it; undefined where it refuses. */
function byCommand<T>(parse: (typed: string) => T, typed: string): T | undefined {
  try {
    return parse(typed)
  } catch {
    return undefined
  }
}

describe('a question', () => {
  it.each([
    '10.91.1.2',
    '10.91.1.2:8080',
    '2001:db8::2',
    '[2001:db8::2]:8080',
    '[2001:DB8:0:0::2]',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    '10.0.0.1:0',
    '10.0.0.1:70000',
    '[10.0.0.1]:80',
    '256.1.1.1',
    '10.1',
    '1.2.3.4.5',
    '1.2.3.4.',
    'host.example',
    '2001:db8::2::3',
    '<img src=x onerror=1>',
    '',
    ':80',
  ])('names a peer as the command line does: %s', (typed) => {
    expect(readPeer(typed)).toEqual(byCommand(parsePeer, typed))
  })

  it.each([
    '2026-11-22',
    '2026-11-22T14:55',
    '2026-11-22T14:55:21Z',
    '2026-11-22 14:55:21,190',
    '2026-11-22T22:55:21.123456789+08:00',
    '2026-11-22T22:55:21-0330',
    '2026-02-30',
    '2026-11-22T25:00',
    '2026-11-22T14:55:21+15:00',
    'yesterday',
    '14:55',
    '',
  ])('names a time as the command line does: %s', (typed) => {
    expect(readTime(typed)).toEqual(byCommand(parseTime, typed))
  })

  it('says which field cannot be asked', () => {
    expect(readQuestion({})).toEqual({ ok: true, question: {} })
    expect(readQuestion({ peer: 'x', from: 'y' })).toEqual({ ok: false, field: 'peer' })
    expect(readQuestion({ from: '2026-11-22', to: 'y' })).toEqual({ ok: false, field: 'to' })
  })
})
