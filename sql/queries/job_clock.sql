-- The clock that all workers go by.
-- returns: Instant
SELECT clock_timestamp() AS at
