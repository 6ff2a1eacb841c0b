/**
 * The stand-in model as a process of its own, as a real model is: in the process that is measured, its work
 * would count as Parley's. Tells its address by IPC, and how long each answer over time took it; ends when its parent
 * hangs up.
 */
import { subscribe } from 'node:diagnostics_channel'
import { ServerResponse } from 'node:http'
import { startStandIn } from '../src/demo/stand-in.ts'

const standIn = await startStandIn()
process.once('disconnect', () => void standIn.close())
process.send?.({ url: standIn.url })

subscribe('http.server.request.start', (announced) => {
  if (typeof announced !== 'object' || announced === null || !('response' in announced)) return
  if (announced.response instanceof ServerResponse) watch(announced.response)
})

/** The first word of an answer to `!slow`, as it is sent. The CLI's own questions have other answers. */
const firstWord = '"text":"word1 '

/** Notes when the first word, and the end, of an answer is written: after the request had come, in milliseconds. */
function watch(response: ServerResponse): void {
  const start = performance.now()
  let firstText = Number.NaN
  response.write = new Proxy(response.write.bind(response), {
    apply: (write, self, args: Parameters<ServerResponse['write']>) => {
      const isFirst = Number.isNaN(firstText) && String(args[0]).includes(firstWord)
      if (isFirst) firstText = performance.now() - start
      return Reflect.apply(write, self, args)
    },
  })
  response.once('finish', () => {
    if (!Number.isNaN(firstText)) process.send?.({ firstText, final: performance.now() - start })
  })
}
