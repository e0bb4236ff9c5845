-- Of events that no bucket has yet, those of the tail and those of edges are aggregated at once; what has a spot to itself
-- is not folded, divided or not; nothing is told by a dimension that nobody asked to divide by; and no question of one
-- merchant is made of weeks, which their functions knew.

-- ranges: all
-- tops: revenue resource_sales
-- cells: revenue success_rate payment_methods failures payers resource_sales resource_traffic
-- cells: latency step_latency geography webhooks webhook_latency api_latency
