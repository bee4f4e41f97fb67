import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SCENARIOS } from './scenarios/index.ts'

it.each(SCENARIOS.map(({ name }) => name))('%s has a recording that the tests of core answer', (name) => {
  expect(existsSync(new URL(`../../core/test/lab/${name}/truth.json`, import.meta.url))).toBe(true)
})
