-- Renews the lease of a node, and says which nodes have one. Those whose lease ended a minute ago are forgotten.
-- KEYS: nodes. ARGV: node, lease in ms.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%d', now + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now - 60000))
redis.call('PEXPIRE', KEYS[1], 120000)
local alive = redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%d', now), '+inf')
return {(last and tonumber(last) > now) and 1 or 0, alive}
