-- The names that dashboards and analysts ask for, each at its own grain.

CREATE VIEW analytics_hourly_revenue AS SELECT * FROM revenue_hour;

CREATE VIEW analytics_daily_revenue AS SELECT * FROM revenue_day;

CREATE VIEW analytics_weekly_revenue AS SELECT * FROM revenue_week;

CREATE VIEW analytics_monthly_revenue AS SELECT * FROM revenue_month;

CREATE VIEW analytics_resource_access AS
SELECT
    bucket,
    merchant_id,
    resource,
    sum(challenged_count)::bigint AS challenged_count,
    sum(paid_count)::bigint AS paid_count,
    sum(settled_count)::bigint AS settled_count,
    sum(revenue_zat) AS revenue_zat,
    max(newest_event_at) AS newest_event_at
FROM (
    SELECT
        bucket, merchant_id, resource, challenged_count, paid_count, 0 AS settled_count, 0 AS revenue_zat,
        newest_event_at
    FROM resource_traffic_hour
    UNION ALL
    SELECT bucket, merchant_id, resource, 0, 0, settled_count, revenue_zat, newest_event_at
    FROM resource_sales_hour
) AS both_streams
GROUP BY bucket, merchant_id, resource;

CREATE VIEW analytics_payment_methods AS SELECT * FROM payment_methods_hour;

CREATE VIEW analytics_success_rate AS SELECT * FROM success_rate_hour;

CREATE VIEW analytics_webhook_metrics AS SELECT * FROM webhooks_hour;

CREATE VIEW analytics_unique_payers AS SELECT * FROM payers_day;
