-- Payments first decided in each slot by what stopped them before they settled, and how they stand at an instant.
-- One that nothing happened to since stands as it is; another is judged by its events. NULL: settled at once;
-- '': expired, without a failure; else the last failure code before the settlement, or the last one. `kept_from` is
-- not null where the events of one of them are gone.
-- params: slots integer[], merchant_ids text[], ats timestamptz[], los timestamptz[], his timestamptz[]
-- returns: CohortTotals
WITH cohort AS MATERIALIZED (
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
        p.last_event_at >= asked.at AS is_later,
        coalesce(p.settled_at > p.first_decided_at, false) AND p.last_failure_code IS NOT NULL AS is_recovered
    FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
        AS asked (slot, merchant_id, at, lo, hi)
    JOIN payments AS p
        ON p.merchant_id = asked.merchant_id
        AND p.first_decided_at >= asked.lo
        AND p.first_decided_at < asked.hi
),

-- Its last failure stopped it, unless that came after it had settled.
recovered AS MATERIALIZED (
    SELECT
        cohort.*,
        known.first_event_at,
        left(known.last_failure_key, 20) >= to_char(cohort.settled_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')
            AS is_late
    FROM cohort
    JOIN payments AS known USING (merchant_id, payment_id)
    WHERE cohort.is_recovered AND NOT cohort.is_later
),

judged AS (
    SELECT
        slot,
        merchant_id,
        at,
        payment_id,
        cohort.first_decided_at,
        known.first_event_at
    FROM cohort
    JOIN payments AS known USING (merchant_id, payment_id)
    WHERE cohort.is_later
    UNION ALL
    SELECT slot, merchant_id, at, payment_id, first_decided_at, first_event_at FROM recovered WHERE is_late
),

stood AS (
    SELECT
        slot,
        state,
        highest_attempt,
        settled_zat,
        CASE WHEN settled_at = first_decided_at THEN NULL ELSE coalesce(last_failure_code, '') END AS stopped_by,
        NULL::timestamptz AS kept_from
    FROM cohort
    WHERE NOT is_later AND NOT is_recovered
    UNION ALL
    SELECT slot, state, highest_attempt, settled_zat, last_failure_code, NULL FROM recovered WHERE NOT is_late
    UNION ALL
    SELECT
        judged.slot,
        told.state,
        told.highest_attempt,
        told.settled_zat,
        CASE WHEN told.settled_at = judged.first_decided_at THEN NULL ELSE coalesce(told.failure_code, '') END,
        raw_kept_after(judged.first_event_at)
    FROM judged
    CROSS JOIN payment_judged(judged.merchant_id, judged.payment_id, judged.first_event_at, judged.at) AS told
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
    coalesce(sum(settled_zat), 0) AS revenue_zat,
    max(kept_from) AS kept_from
FROM stood
GROUP BY slot, stopped_by
