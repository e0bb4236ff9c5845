-- Keep a version of a report that mentions a forgotten payer no longer, by what it says now.
-- params: merchant_id text, kind text, first_day date, version integer, data text
UPDATE reports
SET
    data = $5::text,
    digest = encode(sha256(convert_to($5::text, 'UTF8')), 'hex')
WHERE merchant_id = $1 AND kind = $2 AND first_day = $3 AND version = $4
