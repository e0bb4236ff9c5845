-- Add rates, each once; what is told is never changed. Gives, for each line, what holds now.
-- params: currencies text[], ats timestamptz[], rates numeric[], sources text[]
-- returns: ToldRate
WITH given AS (
    SELECT
        currency,
        at,
        rate,
        source,
        place
    FROM unnest($1::text[], $2::timestamptz[], $3::numeric[], $4::text[])
        WITH ORDINALITY AS line (currency, at, rate, source, place)
),

added AS (
    INSERT INTO rates (currency, at, rate, source)
    SELECT DISTINCT ON (currency, at)
        currency,
        at,
        rate,
        source
    FROM given
    ORDER BY currency, at, place
    ON CONFLICT DO NOTHING
    RETURNING currency, at, rate, source
)

SELECT
    (given.place - 1)::integer AS index,
    added.rate IS NOT NULL AS is_new,
    coalesce(added.rate, known.rate) = given.rate AND coalesce(added.source, known.source) = given.source AS is_same
FROM given
LEFT JOIN added ON added.currency = given.currency AND added.at = given.at
LEFT JOIN rates AS known ON known.currency = given.currency AND known.at = given.at
ORDER BY given.place
