-- Which rates are known: of each currency how many, from when to when.
-- returns: RatesKnown
SELECT
    currency,
    count(*) AS rate_count,
    min(at) AS first_at,
    max(at) AS last_at
FROM rates
GROUP BY currency
ORDER BY currency
