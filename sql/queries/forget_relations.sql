-- The tables, whatever the engine, on which views stand and that keep the aggregates' rows.
-- params: views text[]
SELECT DISTINCT kept.oid::regclass::text AS relation
FROM unnest($1::text[]) AS view
JOIN pg_rewrite AS rule ON rule.ev_class = to_regclass(view)
JOIN pg_depend AS needs ON needs.classid = 'pg_rewrite'::regclass AND needs.objid = rule.oid
JOIN pg_class AS kept ON kept.oid = needs.refobjid AND needs.refclassid = 'pg_class'::regclass
WHERE
    kept.relkind IN ('r', 'p')
    AND kept.relname NOT IN ('payment_events', 'payment_events_tail', 'resource_accesses', 'resource_accesses_tail')
ORDER BY relation
