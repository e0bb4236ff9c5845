-- A new API key; no row when there is no such merchant.
-- params: key_id text, digest bytea, name text, merchant_id text, scopes text[], expires_at timestamptz
-- returns: ApiKey
INSERT INTO api_keys (key_id, digest, name, merchant_id, scopes, expires_at)
SELECT $1, $2, $3, $4::text, $5, $6
WHERE $4 IS NULL OR EXISTS (SELECT FROM merchants WHERE merchant_id = $4)
RETURNING
    key_id,
    digest,
    name,
    merchant_id,
    scopes,
    created_at,
    expires_at,
    revoked_at
