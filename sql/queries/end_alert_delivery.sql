-- Write down how an attempt to tell of a crossing ended, unless a later attempt has begun.
-- params: merchant_id text, alert_id text, number integer, attempts integer, delivery text, status integer, error text, pause interval
UPDATE alert_crossings SET
    delivery = $5,
    last_status = $6,
    last_error = $7,
    next_attempt_at = CASE WHEN $5 = 'waiting' THEN now() + $8 END,
    delivered_at = CASE WHEN $5 = 'delivered' THEN now() END
WHERE merchant_id = $1 AND alert_id = $2 AND number = $3 AND attempts = $4 AND delivery = 'waiting'
