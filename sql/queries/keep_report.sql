-- A version of a report, unless the newest one was made from the same data; and whether the report was mailed before.
-- params: merchant_id text, kind text, first_day date, timezone text, window_start timestamptz, window_end timestamptz, digest text, data text
-- returns: KeptReport
WITH newest AS (
    SELECT version, digest
    FROM reports
    WHERE merchant_id = $1 AND kind = $2 AND first_day = $3
    ORDER BY version DESC
    LIMIT 1
),
kept AS (
    INSERT INTO reports (merchant_id, kind, first_day, version, timezone, window_start, window_end, digest, data)
    SELECT $1::text, $2::text, $3::date, coalesce((SELECT version FROM newest), 0) + 1, $4::text, $5::timestamptz, $6::timestamptz, $7::text, $8::text
    WHERE (SELECT digest FROM newest) IS DISTINCT FROM $7
    RETURNING version
)
SELECT
    version,
    EXISTS (SELECT FROM report_mails WHERE merchant_id = $1 AND kind = $2 AND first_day = $3) AS mailed
FROM (
    SELECT version FROM kept
    UNION ALL
    SELECT version FROM newest
    ORDER BY version DESC
    LIMIT 1
) AS found
