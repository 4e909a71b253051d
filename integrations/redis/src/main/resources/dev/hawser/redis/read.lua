-- What is stored behind a message that the node knows; all, if its epoch is another.
-- KEYS: meta, log. ARGV: epoch, offset and id that are known, an epoch if a new one begins, life of meta in ms.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
    epoch = ARGV[4]
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[1], 'epoch', epoch)
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
local newest = tonumber(redis.call('HGET', KEYS[1], 'newest') or '0')
local behind = 0
if epoch == ARGV[1] then
    behind = tonumber(ARGV[2])
    local lost = behind > newest
    if behind > 0 and not lost and ARGV[3] ~= '' then
        local at = string.format('%d-0', behind)
        local known = redis.call('XRANGE', KEYS[2], at, at)[1]
        lost = known and known[2][2] ~= ARGV[3]
    end
    if lost then -- Redis has lost its newest messages, and given their offsets to others
        epoch = ARGV[4]
        redis.call('HSET', KEYS[1], 'epoch', epoch)
        behind = 0
    end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('XRANGE', KEYS[2], string.format('%d-0', behind + 1), '+')
return {epoch, newest, now, found}
