-- Merchants with payments decided since an instant, the busiest first.
-- params: since timestamptz, merchant_limit bigint
-- returns: ActiveMerchant
SELECT merchant_id
FROM revenue_hour
WHERE bucket >= $1
GROUP BY merchant_id
ORDER BY sum(settled_count + failed_count + expired_count) DESC, merchant_id
LIMIT $2
