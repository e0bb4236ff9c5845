-- A page of API keys in order of id, beginning after one; of one merchant or (null) of all.
-- params: after text, page_size bigint, merchant_id text
-- returns: ApiKey
SELECT
    key_id,
    digest,
    name,
    merchant_id,
    scopes,
    created_at,
    expires_at,
    revoked_at
FROM api_keys
WHERE key_id > $1 AND ($3::text IS NULL OR merchant_id = $3)
ORDER BY key_id
LIMIT $2
