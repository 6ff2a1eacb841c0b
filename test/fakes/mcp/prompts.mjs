// An MCP server over stdio that offers one prompt, which becomes a command of Claude's: /mcp__docs__sum.
import { createInterface } from 'node:readline'

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { prompts: {} },
    serverInfo: { name: 'docs', version: '1' },
  }),
  'prompts/list': () => ({
    prompts: [{ name: 'sum', description: 'sums up', arguments: [{ name: 'what', required: false }] }],
  }),
  'prompts/get': ({ arguments: given = {} }) => ({
    messages: [
      { role: 'user', content: { type: 'text', text: `The prompt of the server, for ${given.what}` } },
    ],
  }),
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line)
  if (id === undefined) return
  const result = answers[method]?.(params) ?? {}
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`)
})
