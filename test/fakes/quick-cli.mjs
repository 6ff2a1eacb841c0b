#!/usr/bin/env node
/**
 * A stand-in for the Claude CLI that starts in no time and remembers nothing, for tests about crowds: it answers with
 * what stands behind `!say`, after so many seconds and words of `!slow`. The real CLI takes about a second to start.
 */
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

if (process.argv.includes('--version')) {
  console.log('2.1.329 (Claude Code)')
  process.exit()
}

const session_id = /--(?:resume|session-id)=(\S+)/.exec(process.argv.join(' '))?.[1]
const say = (line) => process.stdout.write(`${JSON.stringify({ session_id, ...line })}\n`)
const delta = (text) =>
  say({
    type: 'stream_event',
    event: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  })

async function answer(message) {
  say({ ...message, isReplay: true })
  say({ type: 'system', subtype: 'init', model: 'quick' })
  const asked = [message.message.content].flat().map((block) => block.text ?? block)
  const [, seconds = 0, words = 0] = /!slow (\d+) (\d+)/.exec(asked.join('\n')) ?? []
  const [, said = 'nothing'] = /!say (.*)/.exec(asked.join('\n')) ?? []
  say({ type: 'stream_event', event: { type: 'message_start', message: { model: 'quick' } } })
  let text = ''
  for (let word = 1; word <= Number(words); word += 1) {
    text += `word${word} `
    delta(`word${word} `)
    await sleep((Number(seconds) * 1000) / Number(words))
  }
  text += said
  delta(said)
  say({ type: 'assistant', message: { model: 'quick', content: [{ type: 'text', text }] } })
  say({ type: 'result', subtype: 'success', is_error: false, result: text })
}

let answering = Promise.resolve()
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_request') {
    const response = { subtype: 'success', request_id: message.request_id, response: {} }
    say({ type: 'control_response', response })
  } else if (message.type === 'user') answering = answering.then(() => answer(message))
}
