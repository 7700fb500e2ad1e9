/**
 * Every step that must not be divided, as a script (Redis 5 or newer: effects are replicated).
 * All keys share one hash slot. `now` is the server's own clock in milliseconds, and
 * `tick` the same in microseconds, which differs from script to script.
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tick = time[1] * 1000000 + time[2]
`;

/** A generation that is absent or nonsense counts as 0. */
const GENERATION_OF = `
local function generationOf(key)
  if redis.call('TYPE', key).ok ~= 'string' then return 0 end
  local generation = tonumber(redis.call('GET', key))
  if not generation or generation < 0 or generation > 9007199254740000 then return 0 end
  return math.floor(generation)
end
`;

const REMEMBER_GENERATION = `
local function remember(key, generation)
  redis.call('SET', key, string.format('%.0f', generation), 'PX', 2592000000)
end
`;

const FIELD_OF = `
local function fieldOf(key, field)
  if redis.call('TYPE', key).ok ~= 'hash' then return false end
  return redis.call('HGET', key, field)
end
`;

const RELEASE_IF_OWNED = `
local function release(key, owner)
  if redis.call('TYPE', key).ok ~= 'string' then return end
  if redis.call('GET', key) == owner then redis.call('DEL', key) end
end
`;

/**
 * A lease that merely ran out still counts. What Redis has lost, or turned back to, is no sign of
 * another lease: a later one has a higher generation, or holds the lock.
 */
const OVERTAKEN = `${GENERATION_OF}
local function overtaken(lock, owner, counter, generation)
  if generationOf(counter) > generation then return true end
  if redis.call('TYPE', lock).ok ~= 'string' then return false end
  return redis.call('GET', lock) ~= owner
end
`;

/** KEYS: probe. ARGV: time to keep it in ms, channel. What is needed of Redis, without any effect. */
export const PROBE = `${NOW}
redis.call('SET', KEYS[1], tick, 'PX', ARGV[1])
redis.call('PUBLISH', ARGV[2], '')
`;

/** KEYS: record, failure, rejected. Returns now, the fields of the first two, and the rejected fingerprints. */
export const READ = `${NOW}
local function fieldsOf(key, ...)
  if redis.call('TYPE', key).ok ~= 'hash' then return {} end
  return redis.call('HMGET', key, ...)
end
local function membersOf(key)
  if redis.call('TYPE', key).ok ~= 'zset' then return {} end
  return redis.call('ZRANGE', key, 0, -1)
end
return {
  now,
  redis.call('EXISTS', KEYS[1]),
  fieldsOf(KEYS[1], 'version', 'keyId', 'sealed'),
  fieldsOf(KEYS[2], 'code', 'status', 'failures', 'until', 'vendorUntil'),
  membersOf(KEYS[3]),
}
`;

/**
 * KEYS: lock, generation. ARGV: owner, lease in ms, longest lease in ms.
 * A lock that would outlast every lease is none of ours, or the server's clock was set back.
 * Generations follow the clock, so that they go on rising when Redis has lost the latest one.
 * Returns now and the lease's generation, 0 when the lock is held.
 */
export const ACQUIRE = `${NOW}${GENERATION_OF}${REMEMBER_GENERATION}
local left = redis.call('PTTL', KEYS[1])
if left == -1 or left > tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return { now, 0 } end
local generation = math.max(generationOf(KEYS[2]) + 1, tick)
remember(KEYS[2], generation)
return { now, generation }
`;

/** KEYS: lock. ARGV: owner, channel, message. */
export const RELEASE = `${RELEASE_IF_OWNED}
release(KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
`;

/**
 * KEYS: record, lock, generation, failure, rejected.
 * ARGV: owner, generation, fingerprint, usable until, version, key id, sealed, channel, message, whether Phoenix has just issued it.
 * What Phoenix has just issued ends a failure and a rejection.
 * Returns 1, or 0 when another lease overtook this one or the token was rejected.
 */
export const PUBLISH_TOKEN = `${OVERTAKEN}${REMEMBER_GENERATION}${RELEASE_IF_OWNED}
local generation = tonumber(ARGV[2])
local issued = ARGV[10] == '1'
local rejected = redis.call('TYPE', KEYS[5]).ok == 'zset' and redis.call('ZSCORE', KEYS[5], ARGV[3])
if overtaken(KEYS[2], ARGV[1], KEYS[3], generation) or (rejected and not issued) then
  release(KEYS[2], ARGV[1])
  return 0
end
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'fingerprint', ARGV[3], 'usableUntil', ARGV[4],
  'version', ARGV[5], 'keyId', ARGV[6], 'sealed', ARGV[7])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
remember(KEYS[3], generation)
if issued then redis.call('DEL', KEYS[4]) end
if rejected then redis.call('ZREM', KEYS[5], ARGV[3]) end
release(KEYS[2], ARGV[1])
redis.call('PUBLISH', ARGV[8], ARGV[9])
return 1
`;

/**
 * KEYS: lock, generation, failure.
 * ARGV: owner, generation, code, status, failures, pause in ms, vendor's pause in ms, time to keep it beyond them in ms, channel, message.
 * Nothing but a new token ends a pause that the vendor asked for, whoever was told of it; of a lease
 * that was overtaken it is all that counts.
 */
export const PUBLISH_FAILURE = `${NOW}${OVERTAKEN}${FIELD_OF}${RELEASE_IF_OWNED}
local late = overtaken(KEYS[1], ARGV[1], KEYS[2], tonumber(ARGV[2]))
local function standing(field)
  return tonumber(fieldOf(KEYS[3], field) or '') or 0
end
local vendorUntil = math.max(now, standing('vendorUntil'))
local longer = now + ARGV[7] > vendorUntil
if longer then vendorUntil = now + ARGV[7] end
if not late or longer then
  local own = late and standing('until') or now + ARGV[6]
  local over = math.max(own, vendorUntil)
  redis.call('DEL', KEYS[3])
  redis.call('HSET', KEYS[3], 'code', ARGV[3], 'status', ARGV[4], 'failures', ARGV[5],
    'until', over, 'vendorUntil', vendorUntil)
  redis.call('PEXPIREAT', KEYS[3], over + ARGV[8])
end
release(KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[9], ARGV[10])
`;

/**
 * KEYS: record, lock, generation, rejected. ARGV: fingerprint, channel, message, how many rejections to remember.
 * Others may hold the token, though it is not the record's; who does not hear the message reads what is remembered.
 */
export const REJECT = `${NOW}${GENERATION_OF}${REMEMBER_GENERATION}${FIELD_OF}
if fieldOf(KEYS[1], 'fingerprint') == ARGV[1] then
  redis.call('DEL', KEYS[1], KEYS[2])
  remember(KEYS[3], generationOf(KEYS[3]) + 1)
end
if redis.call('TYPE', KEYS[4]).ok ~= 'zset' then redis.call('DEL', KEYS[4]) end
redis.call('ZADD', KEYS[4], tick, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - ARGV[4])
redis.call('PEXPIRE', KEYS[4], 2592000000)
redis.call('PUBLISH', ARGV[2], ARGV[3])
`;
