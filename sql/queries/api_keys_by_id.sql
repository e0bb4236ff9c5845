-- The API keys with these ids, ended ones too.
-- params: key_ids text[]
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
WHERE key_id = ANY ($1)
