"""Tell of crossings: each until its receiver took it, the earlier ones of an alert before the later ones."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import orjson
import structlog
from httpcore2 import default_ssl_context

from jobs.alerts.rules import WebhookRules
from jobs.alerts.sending import Outcome, send
from jobs.context import JobContext, Run
from sql import Database, Q
from sql.alert_rows import AlertDelivery, DeliveriesDue

log = structlog.get_logger()

AT_ONCE = 16
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
MAX_ATTEMPTS = 30  # for a little more than a day


async def deliveries_wait(context: JobContext) -> bool:
    """Tell whether a crossing is to be told now."""
    found: DeliveriesDue | None = await context.database.fetch_one(Q.alert_deliveries_due)
    return found is not None and found.due


async def deliver_alerts(context: JobContext, _: Run) -> int:
    """Tell of all crossings that are due; return how many were taken.

    What was claimed by a worker that died is free again after the lease, and told once more under the same id. Where
    the end of a delivery cannot be written down, the run fails for it after all others.
    """
    rules = WebhookRules(http=context.settings.webhook_http, private=context.settings.webhook_private_addresses)
    tls = default_ssl_context()
    taken = 0
    unwritten: list[BaseException] = []
    while claimed := await _claim(context.database):
        delivering = (_deliver(context.database, each, rules, tls) for each in claimed)
        for ended in await asyncio.gather(*delivering, return_exceptions=True):
            if isinstance(ended, BaseException):
                unwritten.append(ended)
            else:
                taken += ended.taken
    if unwritten:
        raise unwritten[0]
    return taken


async def _claim(database: Database) -> list[AlertDelivery]:
    return await database.fetch(Q.claim_alert_deliveries, lease=LEASE, row_count=AT_ONCE)


async def _deliver(database: Database, each: AlertDelivery, rules: WebhookRules, tls: ssl.SSLContext) -> Outcome:
    outcome = await _attempt(each, rules, tls)
    hopeless = outcome.unwanted or each.url is None or each.attempts >= MAX_ATTEMPTS
    state = "delivered" if outcome.taken else "given_up" if hopeless else "waiting"
    await database.execute(
        Q.end_alert_delivery,
        merchant_id=each.merchant_id,
        alert_id=each.alert_id,
        number=each.number,
        attempts=each.attempts,
        delivery=state,
        status=outcome.status,
        error=outcome.error,
        pause=pause(each.attempts),
    )
    if not outcome.taken:
        about = {"merchant_id": each.merchant_id, "alert_id": each.alert_id, "attempt": each.attempts}
        log.warning("alert.not_delivered", state=state, status=outcome.status, error=outcome.error, **about)
    return outcome


async def _attempt(each: AlertDelivery, rules: WebhookRules, tls: ssl.SSLContext) -> Outcome:
    """Tell of a crossing. What nobody thought of is an outcome too, so that it counts and others go on."""
    if each.url is None or each.secret is None:
        return Outcome(None, "The alert has no URL any more.")
    try:
        return await send(each.url, each.secret, each.crossing_id, body_of(each), datetime.now(UTC), rules, tls)
    except Exception:
        log.exception("alert.delivery_failed", merchant_id=each.merchant_id, alert_id=each.alert_id)
        return Outcome(None, "Something went wrong on our side; our log has it.")


def pause(attempt: int) -> timedelta:
    """Return how long to wait after an attempt: twice as long each time."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def body_of(each: AlertDelivery) -> bytes:
    """Return what is told: the same bytes at each attempt, unless the alert was renamed meanwhile."""
    filtered = {"dimension": each.dimension.upper(), "values": each.dimension_values} if each.dimension else None
    return orjson.dumps(
        {
            "type": f"alert.{each.kind}",
            "timestamp": each.window_end,
            "data": {
                "crossingId": each.crossing_id,
                "merchantId": each.merchant_id,
                "alertId": each.alert_id,
                "number": each.number,
                "name": each.name,
                "metric": each.metric,
                "comparison": each.comparison.upper(),
                "threshold": orjson.loads(each.threshold),
                "value": None if each.value is None else orjson.loads(each.value),
                "windowStart": each.window_start,
                "windowEnd": each.window_end,
                "filter": filtered,
            },
        },
        option=orjson.OPT_UTC_Z,
    )
