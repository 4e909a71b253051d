-- Keeps who is in a topic on one node, and tells all nodes, as one step.
-- KEYS: here. ARGV: channel, node, members, for how many ms they are kept; 0 if nobody is left.
if ARGV[4] == '0' then
    redis.call('HDEL', KEYS[1], ARGV[2])
else
    redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return redis.call('PUBLISH', ARGV[1], 'P' .. ARGV[2] .. '\n' .. ARGV[3])
