-- Drop the answers that spans of time touch, and the leases of those that are being computed.
-- An index lives four hours and takes entries for the first two of them; an answer lives one hour at most.
-- KEYS: the index. ARGV: three for each span: streams, its first and its last instant.
-- Gives how many answers and leases there were.
local era = math.floor(redis.call('TIME')[1] / 7200)
local dropped = 0
for number = era - 1, era do
    local index = KEYS[1] .. ':' .. number
    for i = 1, #ARGV, 3 do
        local streams, last = tonumber(ARGV[i]), tonumber(ARGV[i + 2])
        for _, entry in ipairs(redis.call('ZRANGEBYSCORE', index, '(' .. ARGV[i + 1], '+inf')) do
            local mask, start, key = string.match(entry, '^(%d+) (%-?%d+) (.+)$')
            if bit.band(tonumber(mask), streams) ~= 0 and tonumber(start) <= last then
                dropped = dropped + redis.call('DEL', key, key .. ':lease')
                redis.call('ZREM', index, entry)
            end
        end
    end
end
return dropped
