import { expect, it } from 'vitest'
import { packetFilter } from './packet-filter.ts'

it('takes TCP and the ICMP errors about it when nothing is said', () => {
  expect(packetFilter({})).toBe('(tcp or icmp or icmp6)')
})

it('keeps ICMP errors, which have no port, beside a port', () => {
  expect(packetFilter({ ports: [8080, 8443] })).toBe('((tcp and (port 8080 or port 8443)) or icmp or icmp6)')
})

it('lets a filter stand as it was typed, and narrows it by peer and port', () => {
  expect(
    packetFilter({ filter: 'tcp[tcpflags] & tcp-rst != 0', peers: ['10.0.0.1', '::1'], ports: [80] }),
  ).toBe('(host 10.0.0.1 or host ::1) and (tcp[tcpflags] & tcp-rst != 0) and (port 80)')
})

it('refuses what is no address and no port, so that nothing else gets into the filter', () => {
  expect(() => packetFilter({ peers: ['10.0.0.1 or tcp'] })).toThrow('is not an address')
  expect(() => packetFilter({ ports: [70_000] })).toThrow('is not a port')
})
