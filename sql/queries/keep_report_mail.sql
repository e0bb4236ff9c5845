-- That a report was mailed.
-- params: merchant_id text, kind text, first_day date, version integer, recipient text, message_id text
INSERT INTO report_mails (merchant_id, kind, first_day, version, recipient, message_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
