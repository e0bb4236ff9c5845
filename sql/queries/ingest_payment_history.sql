-- Copy the events of payments whose state is merged anew; it replaces what was copied before.
-- params: merchant_ids text[], payment_ids text[], lo timestamptz, hi timestamptz
WITH emptied AS (
    DELETE FROM incoming_payment_events
)

INSERT INTO incoming_payment_events
SELECT event.*
FROM unnest($1::text[], $2::text[]) AS named (merchant_id, payment_id)
JOIN payment_events AS event USING (merchant_id, payment_id)
WHERE event.occurred_at BETWEEN $3 AND $4 AND NOT event.voided
