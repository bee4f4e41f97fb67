import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test-order.ts'

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['./test-setup.ts'],
    coverage: { include: ['packages/*/src/**'] },
    // Vitest's own choice is one worker on two processors. The live tests wait more than they work: hence one more.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // They end what hangs, and say nothing about speed: the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
