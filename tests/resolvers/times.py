"""Times for tests: written short, and drawn over years and zones."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from resolvers.zones import zone, zone_names

zones = st.sampled_from(sorted(zone_names())).map(zone)


def utc(text: str) -> datetime:
    """An instant from its ISO text without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instants(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Instants between two dates."""
    lo, hi = (datetime.fromisoformat(text) for text in (first, last))
    return st.datetimes(lo, hi, timezones=st.just(UTC))
