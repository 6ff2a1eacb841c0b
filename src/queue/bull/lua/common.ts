/**
 * What all scripts share. `a` is the table that the caller passed, `now` is Redis' own clock: all nodes agree on it.
 *
 * Keys, below one prefix (which holds a hash tag, so that a cluster keeps them together):
 *   seq, epoch        counters          totals    hash: open, undelivered
 *   m:<id>            hash: a message   i:<conv>  zset: its open messages, by sequence
 *   c:<conv>          hash: who holds it: epoch, node; absent: nobody     h:<conv>  set: what is being worked on
 *   open              zset: conversations with open messages, by the sequence of their first
 *   held              set: conversations that somebody holds              parked    hash: conversation -> why, where
 *   r:<key>           hash: a reply     p:<key>   list: its parts that stand
 *   o:<conv>          list: its open replies, in order
 *   outs              zset: conversations with open replies, by when they are due   d:<conv>  who sends for it now
 *   files             hash: reply -> paths of its files                   nodes     zset: nodes, by when they are given up
 */
import type { Script } from '../connection.ts'
import { script } from '../connection.ts'

/** How long an ended message's id, and a sent reply's key, are remembered; a prompt may stand for weeks before it is settled by an edit. */
const MEMORY_MS = 8 * 60 * 60 * 1000
const PROMPT_MEMORY_MS = 30 * 24 * 60 * 60 * 1000

const common = `
local P = KEYS[1]
local a = cjson.decode(ARGV[1])
local call = redis.call
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function k(kind, name) return P .. ':' .. kind .. ':' .. name end
local function tell(channel, what) call('PUBLISH', P .. ':' .. channel, cjson.encode(what)) end
local function holds(conv, epoch) return call('HGET', k('c', conv), 'e') == epoch end
local function works(conv, id) return call('SISMEMBER', k('h', conv), id) == 1 end
local function isOpen(id) return call('HEXISTS', k('m', id), 'm') == 1 end

local function envelope(id)
  local f = call('HMGET', k('m', id), 'c', 'm', 't', 'a', 'x', 'd', 'v')
  return {id, f[1], f[2], f[3], f[4], f[5], f[6], f[7]}
end

-- Nothing waits anywhere: whoever asked to be told hears of it.
local function quiet()
  local n = call('HMGET', P .. ':totals', 'open', 'undelivered')
  if tonumber(n[1] or 0) <= 0 and tonumber(n[2] or 0) <= 0 then tell('all', {t = 'idle'}) end
end

local function add(m, id, conv)
  call('HSET', k('m', id), 'c', conv, 'm', m.message, 'k', m.mark, 't', now, 'a', 0, 'x', 0, 'v', 0)
  local seq = call('INCR', P .. ':seq')
  call('ZADD', k('i', conv), seq, id)
  call('ZADD', P .. ':open', 'NX', seq, conv)
  call('HINCRBY', P .. ':totals', 'open', 1)
end

-- An ended message lets go of its text at once; its id is remembered from then on, once its replies are in the chat.
local function remember(id)
  local f = call('HMGET', k('m', id), 'o', 'u', 'e')
  if f[1] and tonumber(f[2] or 0) <= 0 then call('PEXPIREAT', k('m', id), f[3] + ${MEMORY_MS}) end
end

local function finish(id, outcome)
  local key = k('m', id)
  local conv = call('HGET', key, 'c')
  call('HSET', key, 'o', outcome, 'e', now)
  call('HDEL', key, 'm', 'd')
  call('ZREM', k('i', conv), id)
  call('SREM', k('h', conv), id)
  if call('EXISTS', k('i', conv)) == 0 then call('ZREM', P .. ':open', conv) end
  call('HINCRBY', P .. ':totals', 'open', -1)
end

-- Puts replies into the outbox; a key that is known is passed over. \`message\`: what they answer, or nil.
local function post(replies, message)
  local added = 0
  for _, r in ipairs(replies) do
    local key = k('r', r.key)
    if call('EXISTS', key) == 0 then
      added = added + 1
      call('HSET', key, 'c', r.conversation, 'to', r.address, 'r', r.reply, 'ad', r.adapter, 'n', 0)
      if r.draft then call('HSET', key, 'd', r.draft) end
      if r.replaces then call('HSET', key, 'in', r.replaces) end
      if r.files then call('HSET', P .. ':files', r.key, call('INCR', P .. ':seq') .. ' ' .. r.files) end
      if message then
        call('HSET', key, 'm', message)
        call('HINCRBY', k('m', message), 'u', 1)
      end
      call('RPUSH', k('o', r.conversation), r.key)
      call('ZADD', P .. ':outs', 'NX', now, r.conversation)
      call('HINCRBY', P .. ':totals', 'undelivered', 1)
      if not a.sends then tell('all', {t = 'replies', c = r.conversation}) end
    end
  end
  return added
end

local function sent(key, conv)
  local r = k('r', key)
  local f = call('HMGET', r, 'm', 'to')
  if not f[2] then return end
  call('HDEL', r, 'to', 'r', 'd')
  local memory = string.sub(key, 1, 7) == 'prompt/' and ${PROMPT_MEMORY_MS} or ${MEMORY_MS}
  call('PEXPIRE', r, memory)
  call('PEXPIRE', k('p', key), memory)
  call('LREM', k('o', conv), 1, key)
  call('HDEL', P .. ':files', key)
  call('HINCRBY', P .. ':totals', 'undelivered', -1)
  if f[1] then
    call('HINCRBY', k('m', f[1]), 'u', -1)
    remember(f[1])
  end
  if call('EXISTS', k('o', conv)) == 0 then call('ZREM', P .. ':outs', conv) end
end
`

export function ours(doing: string, lua: string): Script {
  return script(doing, common + lua)
}
