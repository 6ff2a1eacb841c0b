/** Scripts of whoever holds a conversation. Each checks the epoch: whoever was given it later is the one who holds it. */
import { ours } from './common.ts'

/** 0: the lock is not ours any more. Else the epoch, and how many messages wait. */
export const begin = ours(
  'take a conversation',
  `
if call('GET', a.lock) ~= a.token then return {0} end
local epoch = tostring(call('INCR', P .. ':epoch'))
call('DEL', k('c', a.conv), k('h', a.conv))
call('HSET', k('c', a.conv), 'e', epoch, 'n', a.node)
if call('HDEL', P .. ':parked', a.conv) == 1 then tell('all', {t = 'woken', c = a.conv, n = a.node}) end
call('SADD', P .. ':held', a.conv)
return {epoch, call('ZCARD', k('i', a.conv))}
`,
)

/** -1: somebody else holds it. Else: the number of messages left, and whether it is parked now. */
export const release = ours(
  'give a conversation back',
  `
if not holds(a.conv, a.epoch) then return {-1, 0} end
for _, id in ipairs(a.excused) do if isOpen(id) then call('HINCRBY', k('m', id), 'x', 1) end end
local woken = tonumber(call('HGET', k('c', a.conv), 'w') or 0)
call('DEL', k('c', a.conv), k('h', a.conv))
call('SREM', P .. ':held', a.conv)
local left = call('ZCARD', k('i', a.conv))
if left == 0 or not a.parked then return {left, 0} end
-- What it waits for may have come while it was leaving.
local since = now - a.parked.forMs
local all = tonumber(call('GET', k('woken', a.parked.waitsFor)) or 0)
if math.max(woken, all) >= since then return {left, 0} end
call('HSET', P .. ':parked', a.conv, cjson.encode({w = a.parked.waitsFor, n = a.node}))
tell('all', {t = 'parked', c = a.conv, w = a.parked.waitsFor, n = a.node})
return {left, 1}
`,
)

/** The head, its attempt counted, whether more wait behind it, and the sequence of the last of them. What was joined and not committed waits as before. */
export const take = ours(
  'take a message',
  `
if not holds(a.conv, a.epoch) then return {0} end
for _, id in ipairs(a.joined) do
  if call('SREM', k('h', a.conv), id) == 1 then call('HINCRBY', k('m', id), 'a', -1) end
end
local ids = call('ZRANGE', k('i', a.conv), 0, 1)
if #ids == 0 then return {1} end
call('HINCRBY', k('m', ids[1]), 'a', 1)
call('SADD', k('h', a.conv), ids[1])
local last = call('ZREVRANGE', k('i', a.conv), 0, 0, 'WITHSCORES')
return {1, envelope(ids[1]), #ids > 1 and 1 or 0, last[2]}
`,
)

export const join = ours(
  'take a message in',
  `
if not holds(a.conv, a.epoch) then return {0} end
if call('EXISTS', k('h', a.conv)) == 0 or works(a.conv, a.id) then return {1} end
if not call('ZSCORE', k('i', a.conv), a.id) then return {1} end
call('HINCRBY', k('m', a.id), 'a', 1)
call('SADD', k('h', a.conv), a.id)
return {1, envelope(a.id)}
`,
)

export const part = ours(
  'put a message back',
  `
if not holds(a.conv, a.epoch) then return 0 end
if call('SREM', k('h', a.conv), a.id) == 1 then call('HINCRBY', k('m', a.id), 'a', -1) end
return 1
`,
)

/** 0: fenced. 2: it was moved since the caller looked. */
export const draft = ours(
  'note a draft',
  `
if not holds(a.conv, a.epoch) or not works(a.conv, a.id) then return 0 end
if call('HGET', k('m', a.id), 'v') ~= a.version then return 2 end
call('HSET', k('m', a.id), 'd', a.draft)
return 1
`,
)

/** 0: fenced. 2: the first was moved since the caller looked. */
export const commit = ours(
  'end a message',
  `
if not holds(a.conv, a.epoch) then return 0 end
for _, id in ipairs(a.ids) do if not works(a.conv, id) or not isOpen(id) then return 0 end end
if a.ids[1] and call('HGET', k('m', a.ids[1]), 'v') ~= a.version then return 2 end
for _, id in ipairs(a.ids) do finish(id, a.outcome) end
post(a.replies, a.ids[1])
for _, id in ipairs(a.ids) do remember(id) end
if #a.replies == 0 then quiet() end
return 1
`,
)

/** Returns whether it was parked. */
export const wake = ours(
  'wake a conversation',
  `
if call('HDEL', P .. ':parked', a.conv) == 1 then
  tell('all', {t = 'woken', c = a.conv, n = a.node})
  return 1
end
if call('EXISTS', k('c', a.conv)) == 1 then call('HSET', k('c', a.conv), 'w', now) end
return 0
`,
)

/** Wakes those that are parked for this, or by these nodes, or by nodes that are gone. Returns them. */
export const wakeSome = ours(
  'wake conversations',
  `
if a.waitsFor then call('SET', k('woken', a.waitsFor), now, 'PX', 60000) end
local woken = {}
local all = call('HGETALL', P .. ':parked')
for n = 1, #all, 2 do
  local parked = cjson.decode(all[n + 1])
  local hit = a.waitsFor == parked.w or a.by == parked.n
  if a.dead then hit = tonumber(call('ZSCORE', P .. ':nodes', parked.n) or 0) < now end
  if hit then
    call('HDEL', P .. ':parked', all[n])
    tell('all', {t = 'woken', c = all[n], n = a.node})
    woken[#woken + 1] = all[n]
  end
end
return woken
`,
)

export const parkedNow = ours('read what is parked', `return call('HGETALL', P .. ':parked')`)

/** Says that this node is there. Returns which of its conversations it holds no more, and the last sequence in each of the others. */
export const beat = ours(
  'tell that this node is there',
  `
call('ZADD', P .. ':nodes', now + a.leaseMs, a.node)
call('ZREMRANGEBYSCORE', P .. ':nodes', '-inf', now - 60000)
for _, conv in ipairs(a.sending) do
  if call('GET', k('d', conv)) == a.node then call('PEXPIRE', k('d', conv), a.leaseMs) end
end
local found = {}
for n, h in ipairs(a.held) do
  if holds(h.c, h.e) then
    found[n] = tonumber(call('ZREVRANGE', k('i', h.c), 0, 0, 'WITHSCORES')[2] or 0)
  else
    found[n] = -1
  end
end
return found
`,
)

export const count = ours(
  'count what waits in a conversation',
  `
if call('HEXISTS', P .. ':parked', a.conv) == 1 then return 0 end
return call('ZCARD', k('i', a.conv))
`,
)

export const leave = ours('leave', `return call('ZREM', P .. ':nodes', a.node)`)

/** Once in a while, by one node at a time: conversations with open messages that nobody holds and that are not parked. */
export const orphans = ours(
  'look for what nobody works on',
  `
if not call('SET', P .. ':sweep', a.node, 'NX', 'PX', a.restMs) and not a.now then return {} end
local found = {}
for _, conv in ipairs(call('ZRANGE', P .. ':open', 0, -1)) do
  if call('HEXISTS', P .. ':parked', conv) == 0 then found[#found + 1] = conv end
end
return found
`,
)

/** The node that holds a conversation, if it is alive. */
export const holder = ours(
  'ask who holds a conversation',
  `
local node = call('HGET', k('c', a.conv), 'n')
if node and tonumber(call('ZSCORE', P .. ':nodes', node) or 0) >= now then return node end
return false
`,
)

export const others = ours(
  'count the other nodes',
  `
local n = call('ZCOUNT', P .. ':nodes', now, '+inf')
if call('ZSCORE', P .. ':nodes', a.node) then n = n - 1 end
return math.max(0, n)
`,
)
