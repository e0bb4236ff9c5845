-- What is asked most of steps and money of merchants: arrays over the places of each key. The last row tells how fresh all are.
-- params: spots bigint[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], steps integer[], keys integer[], divided_by text[], keeps_all boolean[], filtered_by text[], kept_keys integer[], kept text[], passing_keys integer[], passing text[], wanted text[], raw_from timestamptz, raw_until timestamptz
-- returns: MetricCells
SELECT
    key,
    value,
    cells,
    newest_event_at,
    NULL::timestamptz AS as_of
FROM revenue_often_cells($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
UNION ALL
SELECT
    -1,
    NULL,
    '{}',
    NULL,
    as_of()
