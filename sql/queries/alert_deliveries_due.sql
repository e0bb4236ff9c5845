-- Whether a crossing is to be told now.
-- returns: DeliveriesDue
SELECT EXISTS (
    SELECT
    FROM alert_crossings
    WHERE delivery = 'waiting' AND next_attempt_at <= now()
) AS due
