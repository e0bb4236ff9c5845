-- For each answer: what it is, if it is another than the caller has seen; else who computes it, now the caller if nobody
-- did. Who computes is noted in the merchant's index with the time that the answer is about: `invalidate` looks there.
-- KEYS: the index, then the answers. ARGV: token, lease in ms, most members, then three for each answer: the token of
-- what the caller has seen, the end of its time, and the start of its index entry: streams and start of its time.
-- Gives for each: the answer, a token of 16 bytes, or nothing where the index is full.
local index = KEYS[1] .. ':' .. math.floor(redis.call('TIME')[1] / 7200)
local is_full = redis.call('ZCARD', index) >= tonumber(ARGV[3])
local found = {}
for i = 2, #KEYS do
    local key, lease, seen = KEYS[i], KEYS[i] .. ':lease', ARGV[i * 3 - 2]
    local answer = redis.call('GET', key)
    local holder = redis.call('GET', lease)
    if answer and string.sub(answer, 1, 16) ~= seen then
        found[i - 1] = answer
    elseif holder then
        found[i - 1] = holder
    elseif is_full then
        found[i - 1] = ''
    else
        redis.call('SET', lease, ARGV[1], 'PX', ARGV[2])
        redis.call('ZADD', index, ARGV[i * 3 - 1], ARGV[i * 3] .. ' ' .. key)
        found[i - 1] = ARGV[1]
    end
end
redis.call('EXPIRE', index, 14400)
return found
