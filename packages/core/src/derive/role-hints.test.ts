import { expect, test } from 'vitest'
import type { SocketRow, SocketTable } from '../read/socket-table/socket-row.ts'
import { roleHints } from './role-hints.ts'

const row = (state: SocketRow['state'], address: string, port: number): SocketRow => ({
  row: 1,
  line: 1,
  state,
  local: { address, port },
  peer: {},
})
const table = (who: string, ...rows: SocketRow[]): SocketTable => ({ format: 'ss', who, rows, problems: [] })
const nowhere = (): undefined => undefined

test('a listener on any address is one of its own host', () => {
  const server = table('srv', row('LISTEN', '0.0.0.0', 5060), row('ESTAB', '10.0.0.2', 5060))
  const client = table('cli', row('ESTAB', '10.0.0.1', 5060))
  const hints = roleHints([{ tables: [server] }, { tables: [client] }], nowhere)
  expect(hints.isListening('10.0.0.2', 5060)).toBe(true)
  expect(hints.isListening('10.0.0.1', 5060)).toBe(false)
})

test('it may be the one of a host whose tables are not there', () => {
  const hints = roleHints([{ tables: [table('pod', row('LISTEN', '*', 8080))] }], nowhere)
  expect(hints.isListening('192.0.2.7', 8080)).toBe(true)
  expect(hints.isListening('192.0.2.7', 8081)).toBe(false)
})

test('a listener on one address is of no other', () => {
  const hints = roleHints([{ tables: [table('srv', row('LISTEN', '127.0.0.1', 53))] }], nowhere)
  expect(hints.isListening('127.0.0.1', 53)).toBe(true)
  expect(hints.isListening('10.0.0.2', 53)).toBe(false)
})
