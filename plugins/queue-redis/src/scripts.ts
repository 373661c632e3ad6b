/*
 * The queue in Redis, below one key that is the hash tag of all others, so that a cluster keeps them together:
 *   :items    hash: job id → {l lane, p priority, e enqueued at, n not before, d payload, r receipt}
 *   :lane:…   sorted set of one lane, :order of all lanes: what may be taken, as texts that sort in the order of taking
 *   :delayed  sorted set: job id by the moment from which it may be taken
 *   :taken    sorted set: job id by the moment until which it is held
 *   :ages     sorted set: job id of what waits, by its age
 *   :lanes    set of the keys of lanes
 * Every change is one script, and time is the server's, so that takers with different clocks agree.
 */
const preamble = `
local base = KEYS[1]
local items, order, delayed = base .. ':items', base .. ':order', base .. ':delayed'
local taken, ages, lanes = base .. ':taken', base .. ':ages', base .. ':lanes'

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function read(id)
  local text = redis.call('HGET', items, id)
  return text and cjson.decode(text)
end
local function place(id, item)
  return string.format('%04d%015.0f ', 1000 - item.p, item.e) .. id
end
local function lane(item)
  return base .. ':lane:' .. item.l
end
local function leave(id, item)
  redis.call('ZREM', lane(item), place(id, item))
  redis.call('ZREM', order, place(id, item))
  redis.call('ZREM', delayed, id)
  redis.call('ZREM', taken, id)
  redis.call('ZREM', ages, id)
end
local function wait(id, item, at)
  item.r = nil
  redis.call('HSET', items, id, cjson.encode(item))
  redis.call('ZADD', ages, item.e, id)
  if item.n and item.n > at then
    redis.call('ZADD', delayed, item.n, id)
  else
    redis.call('SADD', lanes, lane(item))
    redis.call('ZADD', lane(item), 0, place(id, item))
    redis.call('ZADD', order, 0, place(id, item))
  end
end
local function call_up(at)
  for _, set in ipairs({ delayed, taken }) do
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', at, 'LIMIT', 0, 1000)) do
      local item = read(id)
      redis.call('ZREM', set, id)
      if item then wait(id, item, at) end
    end
  end
end
local function held(id, receipt)
  local item = read(id)
  return item and item.r == receipt and item
end
`;

/** ARGV: offers as JSON. */
export const offerScript = `${preamble}
local at = now()
for _, offer in ipairs(cjson.decode(ARGV[1])) do
  local item = read(offer.id)
  if item then
    leave(offer.id, item)
    offer.e = item.e
  end
  wait(offer.id, { l = offer.l, p = offer.p, e = offer.e, n = offer.n, d = offer.d }, at)
end
return redis.status_reply('OK')`;

/** ARGV: how many, for how long (ms), the receipt, then lanes. Answers id and payload in turn. */
export const takeScript = `${preamble}
local max, receipt, at = tonumber(ARGV[1]), ARGV[3], now()
call_up(at)
local heads = {}
for index = 4, #ARGV do
  for _, found in ipairs(redis.call('ZRANGE', base .. ':lane:' .. ARGV[index], 0, max - 1)) do
    heads[#heads + 1] = found
  end
end
table.sort(heads)
local answer = {}
for index = 1, math.min(max, #heads) do
  local id = string.sub(heads[index], 21)
  local item = read(id)
  leave(id, item)
  item.r = receipt
  redis.call('HSET', items, id, cjson.encode(item))
  redis.call('ZADD', taken, at + tonumber(ARGV[2]), id)
  answer[#answer + 1] = id
  answer[#answer + 1] = item.d or false
end
return answer`;

/** ARGV: for how long (ms), then id and receipt in turn. Answers the ids that are still held. */
export const holdScript = `${preamble}
local at, answer = now(), {}
call_up(at)
for index = 2, #ARGV, 2 do
  if held(ARGV[index], ARGV[index + 1]) then
    redis.call('ZADD', taken, at + tonumber(ARGV[1]), ARGV[index])
    answer[#answer + 1] = ARGV[index]
  end
end
return answer`;

/** ARGV: id and receipt in turn. */
export const acknowledgeScript = `${preamble}
for index = 1, #ARGV, 2 do
  local item = held(ARGV[index], ARGV[index + 1])
  if item then
    leave(ARGV[index], item)
    redis.call('HDEL', items, ARGV[index])
  end
end
return redis.status_reply('OK')`;

/** ARGV: id and receipt in turn. */
export const giveBackScript = `${preamble}
local at = now()
for index = 1, #ARGV, 2 do
  local item = held(ARGV[index], ARGV[index + 1])
  if item then
    leave(ARGV[index], item)
    wait(ARGV[index], item, at)
  end
end
return redis.status_reply('OK')`;

/** ARGV: ids. */
export const withdrawScript = `${preamble}
for _, id in ipairs(ARGV) do
  local item = read(id)
  if item then
    leave(id, item)
    redis.call('HDEL', items, id)
  end
end
return redis.status_reply('OK')`;

/** ARGV: limit, offset. Answers id and age in turn. */
export const listScript = `${preamble}
call_up(now())
local limit, offset, answer = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
local function tell(id)
  local item = read(id)
  answer[#answer + 1] = id
  answer[#answer + 1] = string.format('%.0f', item.e)
end
for _, found in ipairs(redis.call('ZRANGE', order, offset, offset + limit - 1)) do
  tell(string.sub(found, 21))
end
local left = limit - #answer / 2
local from = math.max(0, offset - redis.call('ZCARD', order))
if left > 0 then
  for _, id in ipairs(redis.call('ZRANGE', delayed, from, from + left - 1)) do tell(id) end
end
return answer`;

/** Answers length, age of the oldest in milliseconds (-1: none). */
export const statsScript = `${preamble}
local at = now()
call_up(at)
local oldest = redis.call('ZRANGE', ages, 0, 0, 'WITHSCORES')
return { redis.call('ZCARD', ages), oldest[2] and string.format('%.0f', math.max(0, at - oldest[2])) or '-1' }`;

export const clearScript = `${preamble}
local count = redis.call('ZCARD', ages)
for _, key in ipairs(redis.call('SMEMBERS', lanes)) do redis.call('UNLINK', key) end
redis.call('UNLINK', items, order, delayed, taken, ages, lanes)
return count`;
