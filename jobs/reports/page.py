"""A report as a page: the same data give the same bytes, for a screen, a mail client, or paper."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jobs.reports import charts, wording
from jobs.reports.breakdowns import Method
from jobs.reports.charts import Point
from jobs.reports.figures import Amount
from jobs.reports.kinds import Kind
from jobs.reports.model import Day, Report

TEMPLATES = Path(__file__).parent.parent / "templates"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Version:
    """Which of a report's versions: 1 for the first, and the digest of the data that it was made from."""

    number: int
    digest: str


def page(report: Report, version: Version) -> str:
    """Return a whole HTML document."""
    first, last = report.trends.window.start, report.trends.series[-1].start
    write_day = partial(wording.long_day, timezone=report.timezone)
    return _environment().get_template("report.html.j2").render(
        report=report,
        total=report.trends.total,
        heading=heading(report),
        word="month" if report.kind == Kind.MONTHLY else "week",
        days=f"{write_day(first)} to {write_day(last)}",
        before_that=_before_that(report),
        page_label=_css_text(f"{report.name} · {heading(report)}"),
        charts=_charts(report),
        busiest=_busiest(report),
        countries=sorted(report.geography.countries, key=lambda row: -row.revenue.zatoshi)[:MOST_ROWS],
        endpoints=sorted(report.webhooks.by_endpoint, key=lambda row: -row.figures.attempt_count)[:MOST_ROWS],
        day=partial(wording.day, timezone=report.timezone),
        instant=partial(wording.instant, timezone=report.timezone),
        version=version.number,
        digest=version.digest,
    )  # fmt: skip


def heading(report: Report) -> str:
    """Return what the report is called: `Monthly report, October 2026`."""
    monthly = report.kind == Kind.MONTHLY
    first = date.fromisoformat(f"{report.period}-01" if monthly else report.period)
    return f"Monthly report, {first:%B %Y}" if monthly else f"Weekly summary, the week of {first.day} {first:%B %Y}"


def _before_that(report: Report) -> str:
    window = report.trends.previous_window
    middle = window.start + (window.end - window.start) / 2
    if report.kind == Kind.MONTHLY:
        return wording.long_day(middle, report.timezone).split(" ", 1)[1]
    return f"the week of {wording.long_day(middle - timedelta(days=3), report.timezone)}"


def _charts(report: Report) -> dict[str, Markup]:
    days = report.trends.series
    rates = [rate for day in days for rate in (_rate(day), _rate_before(day)) if rate is not None]
    low = min([90.0, *(float(int(rate // 10) * 10) for rate in rates)])
    revenues = [_revenue(report, day) for day in days]
    drawn = {
        "revenue": charts.bars("Revenue by day, in ZEC", revenues),
        "success": charts.line(
            "Success rate by day, in percent",
            [Point(_label(report, day), _rate(day), _rate_before(day)) for day in days],
            low,
            100.0,
        ),
        "methods": charts.share_bar([(_method(row), row.share) for row in report.payment_methods.methods]),
        "peaks": charts.heat("Transactions by weekday and hour", _hours(report)),
    }
    # Axes around nothing look like a fault; the page says it in words.
    if not any(point.value or point.before for point in revenues):
        drawn["revenue"] = ""
    if not rates:
        drawn["success"] = ""
    # Everything in a chart that comes from outside was escaped where it was drawn.
    return {name: Markup(svg) for name, svg in drawn.items()}


def _revenue(report: Report, day: Day) -> Point:
    return Point(
        _label(report, day),
        _zec(day.current.revenue) if day.current else None,
        _zec(day.previous.revenue) if day.previous else None,
    )


def _label(report: Report, day: Day) -> str:
    """Every day of a week, every fifth of a month."""
    text = wording.day(day.start, report.timezone)
    if report.kind == Kind.WEEKLY:
        return text
    number = int(text.split()[1])
    return str(number) if number == 1 or number % 5 == 0 else ""


def _rate(day: Day) -> float | None:
    return day.current.success_rate if day.current else None


def _rate_before(day: Day) -> float | None:
    return day.previous.success_rate if day.previous else None


def _zec(amount: Amount) -> float:
    """For the height of a bar alone."""
    return amount.zatoshi / wording.ZATOSHI


def _method(row: Method) -> str:
    return wording.code(row.method) if row.method else "Not told"


def _hours(report: Report) -> list[tuple[str, list[int]]]:
    counts = {(hour.weekday, hour.hour): hour.transaction_count for hour in report.peak_times.by_weekday_and_hour}
    return [
        (name, [counts.get((weekday, hour), 0) for hour in range(24)]) for weekday, name in enumerate(WEEKDAYS, start=1)
    ]


def _busiest(report: Report) -> str | None:
    most = max(report.peak_times.by_weekday_and_hour, key=lambda hour: hour.transaction_count, default=None)
    if most is None or not most.transaction_count:
        return None
    return f"{WEEKDAYS[most.weekday - 1]} {most.hour:02d}:00 ({wording.count(most.transaction_count)})"


def _css_text(text: str) -> Markup:
    """Return text fit for a string of a stylesheet, where HTML's escapes mean nothing and `</` would end the style."""
    return Markup("".join(each if each.isalnum() or each in " ·,.-" else f"\\{ord(each):x} " for each in text))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    for function in (
        wording.zec, wording.count, wording.percent, wording.share, wording.duration, wording.change, wording.before,
        wording.arrow, wording.code, wording.step, wording.decimals,
    ):  # fmt: skip
        environment.globals[function.__name__] = function
    return environment
