-- Ends an API key, of one merchant or (null) of anyone; an ended one keeps its time. No row: no such key.
-- params: key_id text, merchant_id text
-- returns: ApiKey
UPDATE api_keys
SET revoked_at = coalesce(revoked_at, now())
WHERE key_id = $1 AND ($2::text IS NULL OR merchant_id = $2)
RETURNING
    key_id,
    digest,
    name,
    merchant_id,
    scopes,
    created_at,
    expires_at,
    revoked_at
