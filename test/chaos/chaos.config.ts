import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/rig/global.ts'],
    setupFiles: ['test/rig/properties.ts'],
    include: ['test/chaos/nodes.test.ts'],
    hookTimeout: 60_000,
  },
})
