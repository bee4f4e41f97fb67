import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['./test-setup.ts'],
    coverage: { include: ['packages/*/src/**'] },
    // They end what hangs, and say nothing about speed: the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
