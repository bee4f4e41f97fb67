import { expect, it } from 'vitest'
import { counterDifferences } from './counters.ts'

it('writes what moved as nstat does, with whose it is and over how long', () => {
  const before = new Map([
    ['TcpOutRsts', 3n],
    ['TcpInSegs', 10n],
  ])
  const after = new Map([
    ['TcpOutRsts', 5n],
    ['TcpInSegs', 10n],
    ['TcpExtTCPAbortOnClose', 2n],
  ])
  const end = { atMs: Date.UTC(2026, 10, 22, 14, 56, 20, 898), overMs: 65_849 }
  expect(counterDifferences('cli', before, after, end)).toBe(
    [
      '# cli (2026-11-22T14:56:20.898Z; delta over 65.8 s)',
      'TcpOutRsts                      2',
      'TcpExtTCPAbortOnClose           2',
      '',
    ].join('\n'),
  )
})
