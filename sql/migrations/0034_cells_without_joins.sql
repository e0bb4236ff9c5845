-- Rows of aggregates are filtered and named where they are read; those that are a spot of their own are not folded; and
-- what is wanted of them is found once, not for each.

-- cells: revenue success_rate payment_methods failures payers resource_sales resource_traffic
-- cells: latency step_latency geography webhooks webhook_latency api_latency
