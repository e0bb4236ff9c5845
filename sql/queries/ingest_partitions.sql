-- Make the partitions of one month, by any instant of it.
-- params: at timestamptz
SELECT ensure_partitions($1, $1)
