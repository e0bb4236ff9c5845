-- Which transactions have ended: the same text as before means that nobody wrote anything since.
-- params:
-- returns: TransactionMark
SELECT pg_current_snapshot()::text AS mark
