/** The HTTP server: who may ask, how errors look, what is described, where the routes are. */
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance } from 'fastify'
import { type ZodTypeProvider, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { identify } from './caller.ts'
import { describeApi } from './openapi.ts'
import type { App, Parts } from './parts.ts'
import { Problem, notFound, problemOf, sendProblem } from './problems.ts'
import { addRoutes } from './routes/index.ts'
import type { HttpSettings } from './settings.ts'

/** Ready to listen. */
export async function makeServer(parts: Parts): Promise<App> {
  const app = await makeApp(parts)
  await addRoutes(app, parts)
  await app.ready()
  return app
}

async function makeApp({ bot, settings, keys }: Parts): Promise<App> {
  const app = fastify({
    bodyLimit: settings.maxBodyBytes,
    // Whoever sends a header slowly holds a socket, and no more.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 400 },
  }).withTypeProvider<ZodTypeProvider>()
  // JSON is all that is read, also because a page elsewhere may not send it without being asked for leave first.
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, { raw, headers }, reply) => {
    // A WebSocket that is refused: nobody else would close the connection that was to be one.
    if (headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroySoon())
    sendProblem(reply, problemOf(error, bot.log))
  })
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)))
  app.decorateRequest('caller')
  app.addHook('onRequest', async (request) => {
    request.caller = identify(keys, request)
  })
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff')
  })
  await addLimits(app, settings)
  await describeApi(app)
  return app
}

async function addLimits(
  app: FastifyInstance,
  { corsOrigins, requestsPerMinute }: HttpSettings,
): Promise<void> {
  if (corsOrigins.length > 0) await app.register(cors, { origin: corsOrigins, exposedHeaders: ['location'] })
  if (requestsPerMinute === 0) return
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ caller }) => caller.name,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(
        429,
        'too-many',
        `This key asks more than ${requestsPerMinute} times a minute. Wait ${after}.`,
      ),
  })
}
