/** Builds the page into one script, one style sheet and what is loaded later; the server of the adapter sends them. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  // Nothing of a developer's environment gets into the page.
  envDir: false,
  publicDir: false,
  build: {
    outDir: 'built',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page knows no `data:` but pictures, and no polyfill is needed.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: 'warn',
})
