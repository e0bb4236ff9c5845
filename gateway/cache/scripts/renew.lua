-- Hold leases for longer.
-- KEYS: the answers. ARGV: token, lease in ms.
for _, key in ipairs(KEYS) do
    if redis.call('GET', key .. ':lease') == ARGV[1] then
        redis.call('PEXPIRE', key .. ':lease', ARGV[2])
    end
end
