-- Payments first decided in each slot by what stopped them before they settled, and how they stand at an instant.
-- One that nothing happened to since stands as it is; another is judged by its events. NULL: settled at once;
-- '': expired, without a failure; else the last failure code before the settlement, or the last one.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], los timestamptz[], his timestamptz[]
-- returns: CohortTotals
WITH cohort AS (
    SELECT
        asked.slot,
        asked.merchant_id,
        asked.at,
        p.payment_id,
        p.state,
        p.highest_attempt,
        p.last_failure_code,
        p.first_decided_at,
        p.settled_at,
        p.settled_zat,
        p.last_event_at
    FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
        AS asked (slot, merchant_id, at, lo, hi)
    CROSS JOIN LATERAL (
        SELECT
            payment_id,
            state,
            highest_attempt,
            last_failure_code,
            first_decided_at,
            settled_at,
            settled_zat,
            last_event_at
        FROM payments
        WHERE
            payments.merchant_id = asked.merchant_id
            AND payments.first_decided_at >= asked.lo
            AND payments.first_decided_at < asked.hi
        OFFSET 0
    ) AS p
),

stood AS (
    SELECT
        cohort.slot,
        coalesce(told.state, cohort.state) AS state,
        coalesce(told.highest_attempt, cohort.highest_attempt) AS highest_attempt,
        coalesce(told.settled_zat, cohort.settled_zat) AS settled_zat,
        CASE
            WHEN told.state IS NOT NULL THEN told.stopped_by
            WHEN cohort.settled_at = cohort.first_decided_at THEN NULL
            ELSE coalesce(cohort.last_failure_code, '')
        END AS stopped_by
    FROM cohort
    LEFT JOIN LATERAL (
        SELECT known.last_failure_key
        FROM payments AS known
        WHERE known.merchant_id = cohort.merchant_id AND known.payment_id = cohort.payment_id
    ) AS failing ON cohort.settled_at > cohort.first_decided_at AND cohort.last_failure_code IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT
            substring(max(state_key(e.type, e.attempt, e.occurred_at, e.event_id)) FROM '[^|]*$') AS state,
            max(e.attempt) AS highest_attempt,
            coalesce(sum(e.amount_zat) FILTER (WHERE e.type = 'settled'), 0) AS settled_zat,
            CASE
                WHEN min(e.settled_at) > cohort.first_decided_at OR min(e.settled_at) IS NULL
                    THEN coalesce(substring(max(failure_key(e.failure_code, e.occurred_at, e.event_id)) FILTER (
                        WHERE e.type = 'failed' AND (e.settled_at IS NULL OR e.occurred_at < e.settled_at)
                    ) FROM '[^|]*$'), '')
            END AS stopped_by
        FROM (
            SELECT
                event.*,
                min(event.occurred_at) FILTER (WHERE event.type = 'settled') OVER () AS settled_at
            FROM payment_events AS event
            WHERE
                event.merchant_id = cohort.merchant_id
                AND event.payment_id = cohort.payment_id
                AND event.occurred_at < cohort.at
                AND event.type <> 'corrected'
                AND NOT event.voided
        ) AS e
    ) AS told
        ON cohort.last_event_at >= cohort.at
        OR left(failing.last_failure_key, 20) >= to_char(cohort.settled_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')
)

SELECT
    slot,
    stopped_by,
    count(*) AS payment_count,
    count(*) FILTER (WHERE state IN ('settled', 'refunded')) AS settled_count,
    count(*) FILTER (WHERE state IN ('failed', 'expired')) AS failed_count,
    count(*) FILTER (WHERE highest_attempt > 1) AS retried_count,
    coalesce(sum(highest_attempt - 1), 0)::bigint AS retry_count,
    count(*) FILTER (WHERE highest_attempt > 1 AND state IN ('settled', 'refunded')) AS retried_settled_count,
    count(*) FILTER (WHERE highest_attempt > 1 AND state IN ('failed', 'expired')) AS retried_failed_count,
    coalesce(sum(settled_zat), 0) AS revenue_zat
FROM stood
GROUP BY slot, stopped_by
