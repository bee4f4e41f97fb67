import { expect, it } from 'vitest'
import { addTo, parseDuration, parsePort, parseSize } from './capture-options.ts'

it('reads times as people write them; a bare number is seconds', () => {
  expect(['30s', '30', '1.5m', '2h', '1 d', '90S'].map(parseDuration)).toEqual([
    30_000, 30_000, 90_000, 7_200_000, 86_400_000, 90_000,
  ])
})

it('refuses times that are none, nothing, or longer than a capture should be', () => {
  for (const typed of ['soon', '', '0s', '-5s', '5 parsecs', '15d'])
    expect(() => parseDuration(typed), typed).toThrow('A time was wanted')
})

it('reads sizes with their unit, and refuses those too small for a capture', () => {
  expect(['2MB', '500M', '1.5 gb'].map(parseSize)).toEqual([2e6, 5e8, 1.5e9])
  for (const typed of ['500', '1MB', 'much', '1TB'])
    expect(() => parseSize(typed), typed).toThrow('A size was wanted')
})

it('takes ports from 1 to 65535', () => {
  expect(['1', '65535'].map(parsePort)).toEqual([1, 65_535])
  for (const typed of ['0', '65536', '80,443', 'http', '8e1'])
    expect(() => parsePort(typed), typed).toThrow('A port')
})

it('collects an option that is given several times', () => {
  const add = addTo(parsePort)
  expect(add('443', add('80'))).toEqual([80, 443])
})
