import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/rig/global.ts'],
    setupFiles: ['test/rig/properties.ts'],
    include: ['test/**/*.test.ts'],
    // By `npm run chaos`: on a fast machine it still finds an answer out of its order in about every second run.
    exclude: ['test/chaos/**'],
    reporters: ['default', './test/rig/reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
