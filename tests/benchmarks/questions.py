"""What the benchmark of fields asks: each question of one merchant, or of all of them together."""

import os
from datetime import UTC, datetime, timedelta
from typing import Final

from resolvers.cursors import Position, write_cursor

RANGE: Final = "range: {days: 30}"
MONTH_BY_HOUR: Final = "range: {days: 31}, granularity: HOUR"
COMPARED: Final = "current { zatoshi } previous { zatoshi }"
TOTALS: Final = "totals { metric value }"
COLUMNS: Final = "columns { starts columns { metric values } }"
PAYMENTS: Final = "nodes { paymentId state amount { zatoshi } createdAt } pageInfo { hasNextPage endCursor }"
#: A place that both databases have payments around.
BEHIND: Final = write_cursor(
    "payments/m1/created/descending", Position(datetime.now(UTC).replace(minute=0, second=0) - timedelta(days=20), "e1")
)

#: Of merchant `m1`.
FIELDS: Final = {
    "dashboard": f"dashboard {{ revenue {{ today {{ {COMPARED} }} thisWeek {{ {COMPARED} }} "
    f"thisMonth {{ {COMPARED} }} }} }}",
    "realtime": "realtime { currentHour { transactionCount } today { transactionCount uniquePayers } "
    "live { pendingTransactions } recentPayments { paymentId } }",
    "trends by day": f"trends({RANGE}, granularity: DAY) {{ series {{ current {{ revenue {{ zatoshi }} }} }} }}",
    "trends by hour": "trends(range: {days: 7}, granularity: HOUR) { series { current { transactionCount } } }",
    "successRate": f"successRate({RANGE}) {{ total {{ settledCount firstTryRate }} }}",
    "failures": f"failures({RANGE}) {{ reasons {{ code failedCount }} byHour {{ hour failedCount }} }}",
    "failures.retries": f"failures({RANGE}) {{ retries {{ retriedCount }} }}",
    "paymentMethods": f"paymentMethods({RANGE}) {{ methods {{ method settledCount }} }}",
    "geography": f"geography({RANGE}) {{ countries {{ country settledCount }} }}",
    "peakTimes": f"peakTimes({RANGE}) {{ byHour {{ hour }} byWeekdayAndHour {{ hour }} }}",
    "resources": f"resources({RANGE}) {{ resources {{ resource settledCount }} }}",
    "resources.all": f"resources({RANGE}) {{ all(first: 50) {{ nodes {{ resource settledCount }} }} }}",
    "latency": f"latency({RANGE}) {{ steps {{ step sinceCreated {{ p99Ms }} sinceStepBefore {{ p99Ms }} }} }}",
    "webhooks": f"webhooks({RANGE}) {{ total {{ deliveredCount deliveryTime {{ p99Ms }} }} }}",
    "webhooks.deliveries": f"webhooks({RANGE}) {{ deliveries {{ byEndpoint {{ name }} }} }}",
    "webhooks.deadEndpoints": f"webhooks({RANGE}) {{ deadEndpoints {{ endpoint failedCount }} }}",
    "apiLatency": f"apiLatency({RANGE}) {{ endpoints {{ endpoint }} }}",
    "customers": f"customers({RANGE}) {{ uniquePayers newPayers }}",
    "customers.payers": f"customers({RANGE}) {{ payers(first: 50) {{ nodes {{ payer revenue {{ zatoshi }} }} }} }}",
    "overview": f"overview({RANGE}) {{ transactions {{ current previous }} uniquePayers {{ current previous }} }}",
    "revenue": f"revenue({RANGE}, interval: DAY) {{ total {{ gross {{ zatoshi }} }} }}",
    "transactions": f"transactions({RANGE}, groupBy: METHOD) {{ groups {{ key transactionCount }} }}",
    "transactions by resource": f"transactions({RANGE}, groupBy: RESOURCE) {{ groups {{ key transactionCount }} }}",
    "metrics, totals": f"metrics(names: [REVENUE, TRANSACTIONS, SUCCESS_RATE], {RANGE}, compare: true) {{ {TOTALS} }}",
    "metrics by hour, columns": f"metrics(names: [REVENUE, TRANSACTIONS, SUCCESS_RATE], {MONTH_BY_HOUR}) "
    f"{{ {TOTALS} {COLUMNS} }}",
    "metrics by day, objects": f"metrics(names: [REVENUE, TRANSACTIONS, SUCCESS_RATE], {RANGE}, granularity: DAY) "
    f"{{ {TOTALS} series {{ start points {{ metric value }} }} }}",
    "metrics by method and day": f"metrics(names: [REVENUE, SETTLED], {RANGE}, granularity: DAY, "
    "groupBy: METHOD) { groups { value figures { value } } columns { groups { columns { values } } } }",
    "metrics by resource and day": f"metrics(names: [REVENUE, SETTLED], {RANGE}, granularity: DAY, "
    "groupBy: RESOURCE, limit: 5) { groups { value figures { value } } columns { groups { columns { values } } } }",
    "metrics by hour of day": f"metrics(names: [TRANSACTIONS], {RANGE}, groupBy: HOUR_OF_DAY) "
    "{ groups { value figures { value } } }",
    "metrics, one method": f"metrics(names: [SETTLED], {MONTH_BY_HOUR}, "
    'filter: {dimension: METHOD, values: ["TRANSPARENT"]}) '
    f"{{ {COLUMNS} }}",
    "metrics, unique payers": f"metrics(names: [UNIQUE_PAYERS], {RANGE}, granularity: DAY) {{ {TOTALS} {COLUMNS} }}",
    "metrics, percentiles": f"metrics(names: [PAYMENT_LATENCY_P50, PAYMENT_LATENCY_P99], {RANGE}, granularity: DAY) "
    f"{{ {TOTALS} {COLUMNS} }}",
    "payments": f"payments(first: 50) {{ {PAYMENTS} }}",
    "payments, a later page": f'payments(first: 50, after: "{BEHIND}") {{ {PAYMENTS} }}',
    "payments by status": f"payments(first: 50, filter: {{states: [FAILED]}}) {{ {PAYMENTS} }}",
    "payments by method": f"payments(first: 50, filter: {{methods: [SHIELDED]}}) {{ {PAYMENTS} }}",
    "payments by resource": f'payments(first: 50, filter: {{resources: ["/r7"]}}) {{ {PAYMENTS} }}',
    # Fifteen, since no payer has fifty among a million events.
    "payments by payer": f'payments(first: 15, filter: {{payers: ["t7"]}}) {{ {PAYMENTS} }}',
    "payment": 'payment(id: "e100001") { state settledAmount { zatoshi } }',
    "payment.events": 'payment(id: "e100001") { state events { type occurredAt } }',
}

#: Of all merchants together.
PLATFORM: Final = {
    "platform.overview": f"overview({RANGE}) {{ revenue {{ gross {{ {COMPARED} }} }} activeMerchants }}",
    "platform.trends": f"trends({RANGE}, granularity: DAY) {{ series {{ current {{ revenue {{ zatoshi }} }} }} }}",
    "platform.revenue": f"revenue({RANGE}, interval: DAY) {{ total {{ gross {{ zatoshi }} }} }}",
    "platform.topMerchants": f"topMerchants({RANGE}) {{ merchantId revenue {{ zatoshi }} }}",
    "platform.topResources": f"topResources({RANGE}) {{ merchantId resource revenue {{ zatoshi }} }}",
    "platform.failureCodes": f"failureCodes({RANGE}) {{ code failedCount }}",
    "platform.geography": f"geography({RANGE}) {{ countries {{ country settledCount }} }}",
    "platform.apiLatency": f"apiLatency({RANGE}) {{ endpoints {{ endpoint }} }}",
}


def asked() -> dict[str, str]:
    """The documents by name; Z402_BENCH_FIELDS names some, or beginnings of names: `metrics;payments by payer`."""
    documents = {name: f'{{ merchant(id: "m1") {{ {fields} }} }}' for name, fields in FIELDS.items()}
    documents |= {name: f"{{ platform {{ {fields} }} }}" for name, fields in PLATFORM.items()}
    wanted = tuple(filter(None, os.environ.get("Z402_BENCH_FIELDS", "").split(";")))
    return {name: text for name, text in documents.items() if not wanted or name.startswith(wanted)}
