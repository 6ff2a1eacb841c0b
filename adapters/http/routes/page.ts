/** The web page, as Vite has built it: everything it needs comes from here, and a browser lets it take nothing else. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { z } from 'zod'
import type { App, Parts } from '../parts.ts'
import { Problem } from '../problems.ts'

/** Where adapters/http/page/vite.config.ts puts it. */
const root = join(import.meta.dirname, '../page/built')

/** Nothing inline, nothing from elsewhere, nobody around it. Pictures of a workspace are shown from memory (`blob:`). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

const howToBuild = `The web page is not built.

Build it in Parley's folder with \`npm run page\`, which needs the development dependencies (\`npm ci\`), or copy
adapters/http/page/built from a machine that has it. Nothing has to be started again. Without the page: \`page: false\`
for the adapter in the config. The API works without it; /docs describes it.
`

/** A name with its hash in it never means anything else. */
const year = { maxAge: 365 * 24 * 60 * 60 * 1000, immutable: true }

export async function page(app: App, { settings }: Parts): Promise<void> {
  if (!settings.page) return
  await app.register(fastifyStatic, { root, serve: false, dotfiles: 'deny', preCompressed: true })
  // Whoever has no key yet has to see where it is typed.
  const route = { config: { open: true, rateLimit: false }, schema: { hide: true } } as const

  app.get('/', route, async (_request, reply) => {
    void reply.headers({ ...headers, 'cache-control': 'no-cache' })
    if (await isThere('index.html')) return reply.sendFile('index.html', { cacheControl: false })
    return reply.code(503).type('text/plain; charset=utf-8').send(howToBuild)
  })

  const params = z.object({ name: z.string().regex(/^[\w-]+(\.[\w-]+)+$/) })
  app.get('/assets/:name', { ...route, schema: { hide: true, params } }, async ({ params }, reply) => {
    const file = `assets/${params.name}`
    if (!(await isThere(file))) throw new Problem(404, 'unknown', 'The page has no such part. Load it again.')
    return reply.headers({ ...headers, vary: 'accept-encoding' }).sendFile(file, year)
  })
}

async function isThere(file: string): Promise<boolean> {
  return access(join(root, file)).then(
    () => true,
    () => false,
  )
}
