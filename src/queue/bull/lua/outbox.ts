/** Scripts of the outbox. One node at a time sends for a conversation, for as long as it says that it does. */
import { ours } from './common.ts'

/** 0: nothing to do here. 1: the first reply, its attempt counted. 2: this node cannot send it. */
export const claim = ours(
  'take a reply',
  `
local who = call('GET', k('d', a.conv))
if who and who ~= a.node then return {0} end
local key = call('LINDEX', k('o', a.conv), 0)
local due = tonumber(call('ZSCORE', P .. ':outs', a.conv) or -1)
if not key or due > now then return {0} end
local r = k('r', key)
local f = call('HMGET', r, 'to', 'r', 'd', 'in', 'ad')
if a.adapters then
  local ours = false
  for _, name in ipairs(a.adapters) do if name == f[5] then ours = true end end
  if not ours then
    if a.announce then tell('all', {t = 'replies', c = a.conv}) end
    return {2}
  end
end
call('SET', k('d', a.conv), a.node, 'PX', a.leaseMs)
local attempt = call('HINCRBY', r, 'n', 1)
local replaced = f[4] and call('LRANGE', k('p', f[4]), 0, -1) or {}
return {1, key, f[1], f[2], f[3], f[4], attempt, call('LRANGE', k('p', key), 0, -1), replaced}
`,
)

/** 0: another node sends for this conversation by now. */
export const addPart = ours(
  'note a part that stands',
  `
if call('GET', k('d', a.conv)) ~= a.node then return 0 end
call('RPUSH', k('p', a.key), a.part)
return 1
`,
)

/** It stands in the chat, or never will, whoever sends for the conversation by now. Returns whether more is due. */
export const end = ours(
  'end a reply',
  `
sent(a.key, a.conv)
quiet()
if call('GET', k('d', a.conv)) == a.node then call('DEL', k('d', a.conv)) end
return call('EXISTS', k('o', a.conv))
`,
)

export const putOff = ours(
  'put a reply off',
  `
if call('GET', k('d', a.conv)) ~= a.node then return 0 end
call('DEL', k('d', a.conv))
if call('EXISTS', k('o', a.conv)) == 1 then call('ZADD', P .. ':outs', now + a.ms, a.conv) end
return 1
`,
)

/** Makes due what waits for this adapter, or for any. Returns the conversations. */
export const retry = ours(
  'hurry replies',
  `
local found = {}
for _, conv in ipairs(call('ZRANGEBYSCORE', P .. ':outs', '(' .. now, '+inf')) do
  local key = call('LINDEX', k('o', conv), 0)
  if key and (not a.adapter or call('HGET', k('r', key), 'ad') == a.adapter) then
    call('ZADD', P .. ':outs', now, conv)
    found[#found + 1] = conv
  end
end
return found
`,
)

/** Conversations whose replies are due and that nobody sends for, the one that waits longest first. */
export const due = ours(
  'look for replies',
  `
local found = {}
for _, conv in ipairs(call('ZRANGEBYSCORE', P .. ':outs', '-inf', now, 'LIMIT', 0, a.most)) do
  if call('EXISTS', k('d', conv)) == 0 then found[#found + 1] = conv end
end
return found
`,
)

/** Open replies of a conversation whose first one was put off. */
export const countPutOff = ours(
  'count replies',
  `
if tonumber(call('ZSCORE', P .. ':outs', a.conv) or 0) <= now then return 0 end
return call('LLEN', k('o', a.conv))
`,
)

/** Open replies of a conversation. */
export const countUnsent = ours('count open replies', `return call('LLEN', k('o', a.conv))`)

export const promised = ours('read what is promised', `return call('HVALS', P .. ':files')`)
