/** Scripts that anybody may run: accepting, and changes to what waits. */
import { ours } from './common.ts'

/** 0: the id is known. 1: somebody holds the conversation, who is told; the node comes with it. 2: it is parked. 3: it needs an activation. */
export const accept = ours(
  'accept a message',
  `
if call('EXISTS', k('m', a.id)) == 1 then return {0} end
add(a, a.id, a.conv)
local node = call('HGET', k('c', a.conv), 'n')
if node then
  if node ~= a.node then tell('node:' .. node, {t = 'arrived', c = a.conv}) end
  return {1, node}
end
if call('HEXISTS', P .. ':parked', a.conv) == 1 then return {2} end
return {3}
`,
)

export const settle = ours(
  'settle a message',
  `
if call('EXISTS', k('m', a.id)) == 1 then return 0 end
add(a, a.id, a.conv)
finish(a.id, a.outcome)
post(a.replies, a.id)
remember(a.id)
return 1
`,
)

export const put = ours('put replies into the outbox', `return post(a.replies)`)

/** A message as it is, and whether somebody works on it; undefined fields: it has ended. */
export const look = ours(
  'look for a message',
  `
local f = call('HMGET', k('m', a.id), 'c', 'm', 'k', 'o', 'u')
if not f[1] then return {} end
return {f[1], f[2], f[3], works(f[1], a.id) and 1 or 0, f[4], f[5] or '0'}
`,
)

export const open = ours(
  'read messages',
  `
local found = {}
for _, id in ipairs(a.ids) do if isOpen(id) then found[#found + 1] = envelope(id) end end
return found
`,
)

/** 0: it is not any more what the caller saw. 1: done. 2: somebody works on it. */
export const amend = ours(
  'change a message',
  `
local f = call('HMGET', k('m', a.id), 'm', 'c')
if f[1] ~= a.was then return 0 end
if works(f[2], a.id) then return 2 end
call('HSET', k('m', a.id), 'm', a.message, 'k', a.mark)
return 1
`,
)

export const withdraw = ours(
  'withdraw a message',
  `
if not isOpen(a.id) then return {0} end
local conv = call('HGET', k('m', a.id), 'c')
if works(conv, a.id) then return {2} end
finish(a.id, 'cancelled')
post(a.replies, a.id)
remember(a.id)
quiet()
return {1, conv}
`,
)

/** Ends those of these that wait. Returns their ids. */
export const cancel = ours(
  'cancel messages',
  `
local ended = {}
for _, e in ipairs(a.list) do
  if isOpen(e.id) and not works(a.conv, e.id) then
    finish(e.id, 'cancelled')
    post(e.replies, e.id)
    remember(e.id)
    ended[#ended + 1] = e.id
  end
end
quiet()
return ended
`,
)

/** 0: something changed since the caller looked. Else the node that holds the conversation, or nothing. */
export const move = ours(
  'move messages',
  `
local ids = call('ZRANGE', k('i', a.conv), 0, -1)
if #ids ~= #a.seen then return {0} end
for n, s in ipairs(a.seen) do
  if ids[n] ~= s.id or call('HGET', k('m', s.id), 'm') ~= s.was then return {0} end
end
for _, m in ipairs(a.list) do
  call('HSET', k('m', m.id), 'm', m.message)
  call('HDEL', k('m', m.id), 'd')
  call('HINCRBY', k('m', m.id), 'v', 1)
end
post(a.replies)
local node = call('HGET', k('c', a.conv), 'n')
if node and node ~= a.node then tell('node:' .. node, {t = 'moved', c = a.conv}) end
return {1}
`,
)

/** Open messages of a conversation in order, those worked on first, each with whether it is worked on. */
export const waiting = ours(
  'read what waits',
  `
local found = {}
for _, id in ipairs(call('ZRANGE', k('i', a.conv), 0, a.most - 1)) do
  local e = envelope(id)
  e[9] = works(a.conv, id) and 1 or 0
  found[#found + 1] = e
end
return found
`,
)

/** Open messages of a conversation that came after \`after\` and that nobody works on, with their sequence. */
export const since = ours(
  'read what came',
  `
local found = {}
local ids = call('ZRANGEBYSCORE', k('i', a.conv), '(' .. a.after, '+inf', 'WITHSCORES')
for n = 1, #ids, 2 do
  if not works(a.conv, ids[n]) then
    local e = envelope(ids[n])
    e[9] = ids[n + 1]
    found[#found + 1] = e
  end
end
return found
`,
)

export const counts = ours(
  'count what waits',
  `
local n = call('HMGET', P .. ':totals', 'open', 'undelivered')
local running = 0
for _, conv in ipairs(call('SMEMBERS', P .. ':held')) do running = running + call('SCARD', k('h', conv)) end
return {tonumber(n[1] or 0), tonumber(n[2] or 0), running}
`,
)

export const lanes = ours('read what waits', `return call('ZRANGE', P .. ':open', 0, -1)`)
