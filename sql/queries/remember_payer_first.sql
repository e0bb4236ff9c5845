-- Remember when a payer first settled a payment, who is not known.
-- params: merchant_id text, payer text, first_settled_at timestamptz
INSERT INTO payer_firsts (merchant_id, payer, first_settled_at)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
