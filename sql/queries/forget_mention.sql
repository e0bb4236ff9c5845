-- Forget a payer in a table that keeps something by a resource that names it; resource_accesses stands for its name.
-- params: merchant_id text, mention text, pseudonym text
UPDATE resource_accesses
SET resource = replace(resource, $2, $3)
WHERE merchant_id = $1 AND position($2 IN resource) > 0
