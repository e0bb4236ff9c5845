"""A report in a few lines, for mail programs and people that want no HTML."""

from jobs.reports import wording
from jobs.reports.model import Report
from jobs.reports.page import heading


def summary(report: Report) -> str:
    """Return the figures of the first row of the page, and where the rest is."""
    total = report.trends.total
    rows = [
        ("Revenue", f"{wording.zec(total.revenue.current)} ZEC", total.revenue),
        ("Transactions", wording.count(total.transactions.current), total.transactions),
        ("Success rate", wording.percent(total.success_rate.current), total.success_rate),
        ("Average payment", f"{wording.zec(total.average_value.current)} ZEC", total.average_value),
    ]
    lines = [
        f"{name}: {value} ({wording.change(change)}; before: {wording.before(change)})" for name, value, change in rows
    ]
    lines.append(f"Unique payers: {wording.count(report.customers.unique_payers)}")
    return "\n".join([f"{report.name}: {heading(report)}", "", *lines, "", "The whole report is attached."]) + "\n"
