import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isResetOf } from './kernel-resets.ts'

const OWN = statSync('/proc/self/ns/net').ino
const sent = (src: string, dest: string, task = `node-${process.pid}`, flags = '.....'): string =>
  `  ${task}    [001] ${flags} 12471.192533: tcp_send_reset: skbaddr=0 skaddr=9e src=${src} dest=${dest} state=TCP_CLOSE reason=TCP_STATE`

it('keeps resets of its addresses, in both printed layouts', () => {
  const isWanted = isResetOf(new Set(['10.0.0.1', 'fd00::1']), new Set([1]))
  expect(isWanted(sent('10.0.0.1:80', '10.0.0.9:41000'))).toBe(true)
  expect(isWanted(sent('[fd00::9]:80', '[fd00::1]:41000'))).toBe(true)
  expect(isWanted(sent('10.0.0.8:80', '10.0.0.9:41000'))).toBe(false)
  const old =
    'node-9 [001] ..s2. 1.0: tcp_receive_reset: family=AF_INET sport=1 dport=2 saddr=10.0.0.1 daddr=10.0.0.9 saddrv6=::ffff:10.0.0.1 daddrv6=::ffff:10.0.0.9 sock_cookie=1'
  expect(isWanted(old)).toBe(true)
  expect(isWanted(old.replaceAll('10.0.0.1', '10.0.0.8'))).toBe(false)
})

it('keeps a listener’s resets, which name nobody', () => {
  expect(isResetOf(new Set(['10.0.0.1']), new Set([1]))(sent('0.0.0.0:80', '0.0.0.0:0'))).toBe(true)
})

it('asks for the thread’s namespace where everybody has the address', () => {
  const loopback = sent('127.0.0.1:80', '127.0.0.1:41000')
  expect(isResetOf(new Set(['10.0.0.1']), new Set([OWN]))(loopback)).toBe(true)
  expect(isResetOf(new Set(['10.0.0.1']), new Set([1]))(loopback)).toBe(false)
})

it('keeps what cannot be told: a thread that is gone, a bystander in an interrupt', () => {
  const isWanted = isResetOf(new Set(['10.0.0.1']), new Set([1]))
  expect(isWanted(sent('127.0.0.1:80', '127.0.0.1:41000', 'gone-4194305'))).toBe(true)
  expect(isWanted(sent('127.0.0.1:80', '127.0.0.1:41000', `node-${process.pid}`, '..s2.'))).toBe(true)
})
