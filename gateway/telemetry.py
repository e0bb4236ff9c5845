"""Logs and metrics: one set-up, imported by everything, importing nothing of ours."""

import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

REQUESTS = Counter("z402_http_requests", "HTTP requests answered.", ["route", "method", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "z402_http_request_seconds",
    "Time from an HTTP request to the end of its answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
STATEMENTS = Counter("z402_sql_statements", "Statements sent to PostgreSQL, by query.", ["query"], registry=REGISTRY)
EVENTS = Counter("z402_events", "Events told to us, by stream and outcome.", ["stream", "outcome"], registry=REGISTRY)
ANSWERS = Counter(
    "z402_cache_answers",
    "Answers by kind and outcome: hit, stale, shared, miss, error (Redis away), renewed (for nobody).",
    ["kind", "outcome"],
    registry=REGISTRY,
)
UP = Gauge("z402_up", "Whether a part answers: 1 or 0.", ["part"], registry=REGISTRY)
WAITING = Gauge(
    "z402_aggregate_waiting", "Events (rollups) or late ranges (TimescaleDB) not yet merged.", registry=REGISTRY
)
LAG_SECONDS = Gauge(
    "z402_aggregate_lag_seconds", "Age of the oldest late range, else of the last refresh.", registry=REGISTRY
)
JOB_AGE_SECONDS = Gauge(
    "z402_job_last_success_age_seconds", "Time since a job last succeeded.", ["job"], registry=REGISTRY
)
LIVE_CONNECTIONS = Gauge("z402_live_connections", "Open sockets and event streams.", ["transport"], registry=REGISTRY)
LIVE_SUBSCRIBERS = Gauge("z402_live_subscribers", "Subscriptions that somebody watches.", registry=REGISTRY)
LIVE_GROUPS = Gauge("z402_live_groups", "Operations that are watched, each by one or many.", registry=REGISTRY)
LIVE_LOOKS = Counter("z402_live_executions", "Live values computed.", ["outcome"], registry=REGISTRY)
LIVE_UPDATES = Counter("z402_live_updates", "Live values handed to subscribers.", registry=REGISTRY)
LIVE_CLOSED = Counter("z402_live_closed", "Live connections that we closed, by why.", ["reason"], registry=REGISTRY)
LIVE_LAG_SECONDS = Histogram(
    "z402_live_lag_seconds",
    "Time from hearing of a change to handing its value to the last subscriber.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10),
    registry=REGISTRY,
)
JOB_LAG_SECONDS = Gauge(
    "z402_job_lag_seconds", "Time since the oldest unfinished run of a job was due.", ["job"], registry=REGISTRY
)
JOB_RUNS = Gauge("z402_job_runs", "Runs of a job that are not over, or dead.", ["job", "state"], registry=REGISTRY)
JOB_PAUSED = Gauge("z402_job_paused", "Whether a job is paused: 1 or 0.", ["job"], registry=REGISTRY)
JOB_SECONDS = Gauge(
    "z402_job_last_duration_seconds", "How long the last run took, or takes.", ["job"], registry=REGISTRY
)
JOB_PROGRESS = Gauge("z402_job_progress_ratio", "How far the last run is, where it tells.", ["job"], registry=REGISTRY)


def set_up_logging(level: str, *, json: bool | None = None) -> None:
    """Write logs to standard error, as JSON unless it is a terminal; levels by their names, such as INFO."""
    as_json = not sys.stderr.isatty() if json is None else json
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelNamesMapping()[level]), stream=sys.stderr)
