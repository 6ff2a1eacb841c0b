/** The HTTP server: who may ask, how errors look, what is described, where the routes are. */
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { type ZodTypeProvider, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { identify } from './caller.ts'
import { isForeign, openaiError, sendIn } from './dialects.ts'
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
    // What no route could be looked for: an address that cannot be read.
    frameworkErrors: (error, { url }, reply) => sendFor(url, reply, problemOf(error, bot.log)),
  }).withTypeProvider<ZodTypeProvider>()
  // JSON is all that is read, also because a page elsewhere may not send it without being asked for leave first.
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, { raw, headers, url }, reply) => {
    // A WebSocket that is refused: nobody else would close the connection that was to be one.
    if (headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroySoon())
    sendFor(url, reply, problemOf(error, bot.log))
  })
  app.setNotFoundHandler((request, reply) => sendFor(request.url, reply, notFound(request)))
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

/** Clients of other APIs read errors as those have them, also where no route of theirs was found. */
function sendFor(url: string, reply: FastifyReply, problem: Problem): void {
  if (isForeign(url)) sendIn(openaiError, reply, problem)
  else sendProblem(reply, problem)
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
