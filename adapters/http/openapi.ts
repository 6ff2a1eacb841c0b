/** The API's description, made from the schemas that its requests are checked by, and a page to try it on. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import manifest from '../../package.json' with { type: 'json' }

const description = `Claude sessions over HTTP: the same conversations, approvals and usage that the chats have.

Every request but those of /health, /ready, /docs and /openapi.json carries a key: \`Authorization: Bearer <key>\`.
Errors are problem details (RFC 9457): \`application/problem+json\` with \`status\`, \`code\`, \`detail\`, and \`errors\`
where a field is wrong.`

export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Parley', version: manifest.version, description },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
      security: [{ bearer: [] }, { apiKey: [] }],
    },
    transform: jsonSchemaTransform,
  })
  // Pages are open: what they show is in the repository, and trying it takes a key.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, open: true }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
