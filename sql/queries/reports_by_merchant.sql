-- Newest reports first, each in its newest version or the one named; without the data where nobody asked for them.
-- params: slots integer[], merchant_ids text[], kinds text[], first_days date[], versions integer[], limits integer[], with_data boolean
-- returns: ReportAtSlot
SELECT
    asked.slot,
    found.kind,
    found.first_day,
    found.version,
    found.timezone,
    found.window_start,
    found.window_end,
    found.digest,
    CASE WHEN $7::boolean THEN found.data END AS data,
    found.created_at,
    report_mails.sent_at AS mailed_at
FROM unnest(
    $1::integer[], $2::text[], $3::text[], $4::date[], $5::integer[], $6::integer[]
) AS asked (slot, merchant_id, kind, first_day, version, most)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (reports.first_day, reports.kind) reports.*
    FROM reports
    WHERE reports.merchant_id = asked.merchant_id
        AND (asked.kind IS NULL OR reports.kind = asked.kind)
        AND (asked.first_day IS NULL OR reports.first_day = asked.first_day)
        AND (asked.version IS NULL OR reports.version = asked.version)
    ORDER BY
        reports.first_day DESC,
        reports.kind DESC,
        reports.version DESC
    LIMIT asked.most
) AS found
LEFT JOIN report_mails
    ON report_mails.merchant_id = found.merchant_id
    AND report_mails.kind = found.kind
    AND report_mails.first_day = found.first_day
ORDER BY
    asked.slot,
    found.first_day DESC,
    found.kind DESC
