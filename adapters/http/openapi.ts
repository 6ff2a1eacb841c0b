/** The API's description, made from the schemas that its requests are checked by, and a page to try it on. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import { ForeignError, isForeign } from './dialects.ts'
import { ProblemBody, problemType } from './problems.ts'

const description = `Claude sessions over HTTP: the same conversations, approvals and usage that the chats have.

Every request but those of /health, /ready, /docs and /openapi.json carries a key: \`Authorization: Bearer <key>\`.
Errors are problem details (RFC 9457): \`application/problem+json\` with \`status\`, \`code\`, \`detail\`, and \`errors\`
where a field is wrong.`

/** What a file is sent as. */
const form = {
  type: 'object',
  properties: { file: { type: 'string', format: 'binary' } },
  required: ['file'],
}

/** Besides what zod tells: how errors look, and answers that are no JSON (a route's `produces`). */
const transform: typeof jsonSchemaTransform = (document) => {
  const { schema, url } = jsonSchemaTransform(document)
  const { hide, produces = [], consumes, response = { 200: undefined }, ...rest } = Described.parse(schema)
  if (hide === true) return { schema, url }
  const answers = Object.entries(response).map(([status, json]) => [status, answerOf(status, json, produces)])
  return {
    schema: {
      ...rest,
      ...(consumes === undefined ? {} : { consumes }),
      ...(consumes?.includes('multipart/form-data') === true ? { body: form } : {}),
      response: { ...Object.fromEntries(answers), default: isForeign(url) ? foreignError : problem },
    },
    url,
  }
}

const Described = z.looseObject({
  hide: z.boolean().optional(),
  produces: z.array(z.string()).optional(),
  consumes: z.array(z.string()).optional(),
  response: z.record(z.string(), z.unknown()).optional(),
})

/** `json`: schema of the answer; of a 204 there is none. */
function answerOf(status: string, json: unknown, produces: readonly string[]): unknown {
  if (status === '204') return json
  const own = json === undefined ? [] : [['application/json', { schema: json }]]
  const others = produces.map((type) => [type, { schema: { type: 'string' } }])
  return { description: 'As described', content: Object.fromEntries([...own, ...others]) }
}

const problem = {
  description: 'An error: problem details (RFC 9457)',
  content: { [problemType]: { schema: z.toJSONSchema(ProblemBody) } },
}
const foreignError = {
  description: 'An error, as the API that is spoken here has it',
  content: { 'application/json': { schema: z.toJSONSchema(ForeignError) } },
}

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
    transform,
  })
  // Pages are open: what they show is in the repository, and trying it takes a key.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, open: true }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
