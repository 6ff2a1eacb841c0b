/**
 * What Parley's HTTP API is compared with: the least server that starts `claude -p` for each request. A process of its own,
 * with the config that its parent sends by IPC; ends when its parent hangs up. It keeps nothing, and asks nobody who is there.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { configFrom } from '../../src/config.ts'
import { startBare } from '../bare.ts'
import { bareCommand } from '../ground.ts'

const Asked = z.object({ prompt: z.string(), session_id: z.string().optional() })
const Given = z.looseObject({ adapters: z.object({ http: z.object({ port: z.int() }) }) })

const [input] = await once(process, 'message')
const config = await configFrom({ ...input, adapters: {} })
const server = createServer((request, response) => {
  void (async () => {
    const { prompt, session_id: known } = Asked.parse(await json(request))
    const session = known ?? randomUUID()
    const cli = startBare(await bareCommand(config, { id: session, resume: known !== undefined }))
    const { answer: result } = await cli.turn(prompt)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ success: true, result, session_id: session }))
    await cli.end()
  })()
})
server.listen(Given.parse(input).adapters.http.port, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => {
  server.close()
  server.closeAllConnections()
})
process.send?.('ready')
