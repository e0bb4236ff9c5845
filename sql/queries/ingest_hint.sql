-- Tell that events fell where an aggregate may be materialised by the time they are seen. A name stands for :stream.
INSERT INTO refresh_hints (stream, lo, hi)
SELECT
    ':stream',
    min(occurred_at),
    max(occurred_at)
FROM incoming_:stream
WHERE time_bucket('15 minutes', occurred_at) + interval '15 minutes' <= now() + interval '60 seconds'
HAVING count(*) > 0
