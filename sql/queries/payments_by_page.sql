-- Pages of payments, each the answer to a question of its own; `place` counts from 1 within a page.
-- params: questions jsonb
-- returns: Payment
SELECT
    asked.slot,
    page.merchant_id,
    page.payment_id,
    page.state,
    page.first_event_at,
    page.last_event_at,
    page.first_decided_at,
    page.settled_at,
    page.first_failure_code,
    page.last_failure_code,
    page.highest_attempt,
    page.amount_zat,
    page.settled_zat,
    page.fee_zat,
    page.refunded_zat,
    page.fee_returned_zat,
    page.payer,
    page.method,
    page.resource,
    page.country
FROM jsonb_populate_recordset(NULL::payments_question, $1::jsonb) AS asked
CROSS JOIN LATERAL payments_page(asked) WITH ORDINALITY AS page
ORDER BY asked.slot, page.ordinality
