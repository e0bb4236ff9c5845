-- Latency histograms: bin k >= 1 holds g^(k-2) < x <= g^(k-1) with g = 1.01/0.99, so that any value of a bin is
-- within 1 % of 2 g^(k-1) / (g + 1) (DDSketch, Masson et al. 2019). Bin 0 holds zero, bin -1 counts the absent.
CREATE FUNCTION latency_bin(latency_ms bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN latency_ms IS NULL THEN -1
        WHEN latency_ms = 0 THEN 0
        ELSE 1 + ceil(ln(latency_ms::double precision) / 0.020000666706669435)
    END::smallint
$$;
