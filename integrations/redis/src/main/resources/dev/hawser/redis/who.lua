-- Who is in a topic, by node. What nodes have said that are forgotten is removed.
-- KEYS: here, nodes.
local all = redis.call('HGETALL', KEYS[1])
local found = {}
for i = 1, #all, 2 do
    if redis.call('ZSCORE', KEYS[2], all[i]) then
        found[#found + 1] = all[i]
        found[#found + 1] = all[i + 1]
    else
        redis.call('HDEL', KEYS[1], all[i])
    end
end
return found
