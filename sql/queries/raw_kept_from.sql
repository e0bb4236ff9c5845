-- From when on raw events are kept; null where none was ever dropped.
-- returns: RawKept
SELECT nullif(raw_kept_from, '-infinity') AS kept_from
FROM installation
