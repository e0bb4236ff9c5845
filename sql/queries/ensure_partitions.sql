-- Make the partitions of all months between two instants; nothing where chunks make themselves.
-- params: since timestamptz, until timestamptz
-- returns: RowCount
SELECT ensure_partitions($1, $2)::bigint AS row_count
