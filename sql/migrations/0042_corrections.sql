-- When events of payments happened that were taken back, and those that take back: what tells, with the payment itself,
-- between which instants its events lie. A row for each, so that no writer waits for another.
CREATE TABLE payment_corrections (
    merchant_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX ON payment_corrections (merchant_id, payment_id, occurred_at);

CREATE FUNCTION note_correction() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO z402.payment_corrections (merchant_id, payment_id, occurred_at)
    VALUES (NEW.merchant_id, NEW.payment_id, NEW.occurred_at);
    RETURN NULL;
END
$$;

CREATE TRIGGER note_correction AFTER INSERT OR UPDATE OF voided ON payment_events
    FOR EACH ROW WHEN (NEW.voided OR NEW.type = 'corrected') EXECUTE FUNCTION note_correction();
