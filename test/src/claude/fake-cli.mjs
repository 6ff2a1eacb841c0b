#!/usr/bin/env node
// Speaks as much of the CLI's protocol as is needed to break it. FAKE tells how; PARLEY_SESSION is left alone.
import { createInterface } from 'node:readline'

const how = process.env.FAKE ?? ''
if (process.argv.includes('--version')) {
  // Its version is asked for without FAKE in the environment: the folder's name tells.
  console.log(import.meta.filename.includes('old') ? '1.0.88 (Claude Code)' : '2.1.329 (Claude Code)')
  process.exit()
}

const say = (line) =>
  process.stdout.write(typeof line === 'string' ? `${line}\n` : `${JSON.stringify(line)}\n`)
const init = { type: 'system', subtype: 'init', session_id: 'fake', model: 'fake' }
const text = (words) => ({
  type: 'assistant',
  message: { model: 'fake', content: [{ type: 'text', text: words }] },
})
const result = (words) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: words,
  session_id: 'fake',
})

const turns = {
  garbage: () => [init, 'Warning: not JSON {', '', '[1,2]', '{"no":"type"}', text('fine'), result('fine')],
  large: () => [init, text('x'.repeat(10 * 1024 * 1024)), result('')],
  'too-large': () => [init, 'y'.repeat(65 * 1024 * 1024), text('fine'), result('fine')],
  unknown: () => [
    init,
    { type: 'hologram', beam: 1 },
    { type: 'hologram', beam: 2 },
    { type: 'system', subtype: 'weather' },
    { type: 'assistant', message: 7 },
    {
      ...text('fine'),
      message: { model: 'fake', content: [{ type: 'hologram' }, { type: 'text', text: 'fine' }], extra: {} },
    },
    { ...result('fine'), usage: 'a lot', total_cost_usd: null, extra: 1 },
  ],
  silent: () => [init],
  deaf: () => [init],
  chatter: () => [init, 'not JSON'],
  'half-line': () => {
    process.stdout.write('{"type":"resu')
    process.exit(3)
  },
  dies: () => {
    process.stderr.write('out of cheese\n')
    process.exit(3)
  },
  retracts: () => [
    init,
    {
      type: 'control_request',
      request_id: 'q1',
      request: { subtype: 'can_use_tool', tool_name: 'Bash', input: {} },
    },
    { type: 'control_cancel_request', request_id: 'q1' },
    { type: 'control_request', request_id: 'q2', request: { subtype: 'elicitation', message: '?' } },
  ],
}

/** What it does about the first message, the second, and so on. */
const later = {
  'takes-back': [
    [
      init,
      {
        type: 'control_request',
        request_id: 'q1',
        request: { subtype: 'can_use_tool', tool_name: 'Bash', input: { command: 'rm -v notes' } },
      },
    ],
    [{ type: 'control_cancel_request', request_id: 'q1' }],
    [text('never mind'), result('')],
  ],
}

// Closing stdin and SIGTERM are both ignored by one that hangs.
if (how === 'deaf') {
  process.on('SIGTERM', () => {})
  setInterval(() => {}, 1000)
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_request' && how !== 'mute') {
    const { request_id, request } = message
    if (request.subtype === 'interrupt' && how === 'deaf') continue
    const refused = { subtype: 'error', request_id, error: 'not today' }
    const done = { subtype: 'success', request_id, response: {} }
    say({ type: 'control_response', response: request.subtype === 'set_model' ? refused : done })
  }
  if (message.type === 'control_response' && how === 'retracts') {
    const { subtype, error } = message.response
    for (const line of [text(`${subtype}: ${error}`), result('')]) say(line)
  }
  if (message.type === 'user' && how in later) {
    say({ ...message, isReplay: true })
    for (const line of later[how].shift() ?? []) say(line)
  } else if (message.type === 'user')
    for (const line of (turns[how] ?? (() => [init, text('ok'), result('ok')]))()) say(line)
}
