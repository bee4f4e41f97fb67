import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    coverage: { include: ['packages/*/src/**'] },
    testTimeout: 60_000,
  },
})
