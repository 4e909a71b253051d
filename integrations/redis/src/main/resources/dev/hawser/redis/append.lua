-- Stores a message, and passes it to all nodes, as one step.
-- KEYS: meta, log. ARGV: channel, sender, number, message, most, age in ms, epoch if there is none, life of meta in ms.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
    epoch = ARGV[7]
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = redis.call('HGET', KEYS[1], 'from:' .. ARGV[2]) -- number and time
if last and tonumber(string.match(last, '^%d+')) >= tonumber(ARGV[3]) then
    return 0 -- asked for twice
end
if not last then -- a new sender: those that were silent for an hour do not ask twice any more
    local meta = redis.call('HGETALL', KEYS[1])
    for i = 1, #meta, 2 do
        if string.sub(meta[i], 1, 5) == 'from:' and now - tonumber(string.match(meta[i + 1], ' (%d+)$') or 0) > 3600000 then
            redis.call('HDEL', KEYS[1], meta[i])
        end
    end
end
redis.call('HSET', KEYS[1], 'from:' .. ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now))
local offset = redis.call('HINCRBY', KEYS[1], 'newest', 1)
local id = ARGV[2] .. ':' .. ARGV[3]
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[5], string.format('%d-0', offset), 'i', id, 't', string.format('%d', now), 'm', ARGV[4])
for i = 1, 100 do -- what is too old; a hundred at a time, so that nobody waits for the rest
    local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    if not oldest or now - tonumber(oldest[2][4]) <= tonumber(ARGV[6]) then
        break
    end
    redis.call('XDEL', KEYS[2], oldest[1])
end
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[8])
redis.call('PUBLISH', ARGV[1], 'S' .. epoch .. '\n' .. string.format('%d', offset) .. '\n' .. id .. '\n' .. ARGV[4])
return offset
