-- What differs once late events came in, of whatever merchant: a hint tells of them in their own transaction.
CREATE FUNCTION late_mark(merchant text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat_ws('/', count(*), max(hint_id)) FROM refresh_hints
$$;
