-- Keep the answers whose lease still is the caller's, and give the leases back. An answer whose lease is gone was computed
-- before something that it is about changed.
-- KEYS: the answers. ARGV: token, then two for each: milliseconds to live (0: only give the lease back), and the answer.
-- Gives how many were kept.
local kept = 0
for i, key in ipairs(KEYS) do
    local lease = key .. ':lease'
    if redis.call('GET', lease) == ARGV[1] then
        redis.call('DEL', lease)
        if ARGV[i * 2] ~= '0' then
            redis.call('SET', key, ARGV[i * 2 + 1], 'PX', ARGV[i * 2])
            kept = kept + 1
        end
    end
end
return kept
