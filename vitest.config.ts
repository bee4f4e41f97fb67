import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['./test-setup.ts'],
    coverage: { include: ['packages/*/src/**'] },
    testTimeout: 60_000,
  },
})
