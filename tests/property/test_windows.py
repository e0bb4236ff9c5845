"""Windows and comparisons against the oracle's, for every zone, week start and instant."""

from hypothesis import given
from hypothesis import strategies as st

from resolvers.comparison import compare
from resolvers.periods import ComparedWindows, Period, current_hour, finished, running
from resolvers.zones import zone
from tests.oracle import comparison, windows
from tests.oracle.zones import hour_start, wall
from tests.strategies.times import instants, zones


def same(ours: ComparedWindows, oracle: windows.Compared) -> bool:
    """Whether both name the same instants and tell the same of clamping."""
    edges = (ours.current.start, ours.current.end, ours.previous.start, ours.previous.end, ours.clamped)
    told = (oracle.current.lo, oracle.current.hi, oracle.previous.lo, oracle.previous.hi, oracle.clamped)
    return edges == told


@given(st.data(), zones(), st.integers(0, 6), st.sampled_from(windows.PERIODS))
def test_running_and_finished_periods(data: st.DataObject, name: str, week_start: int, period: windows.Period) -> None:
    at = data.draw(instants(name))
    expected = windows.to_date(period, at, name, week_start)
    assert same(running(zone(name), at, Period(period), week_start + 1), expected)
    day = wall(at, name).date()
    whole = windows.whole(period, day, name, week_start)
    assert same(finished(zone(name), day, Period(period), week_start + 1), whole)


@given(st.data(), zones())
def test_the_running_clock_hour(data: st.DataObject, name: str) -> None:
    at = data.draw(instants(name))
    hour = current_hour(zone(name), at)
    assert (hour.start, hour.end) == (hour_start(at, name), at)


FIGURES = st.none() | st.integers(-5, 5) | st.integers(-(2**80), 2**80) | st.fractions()


@given(FIGURES, FIGURES, st.data())
def test_comparisons(
    current: comparison.Number | None, previous: comparison.Number | None, data: st.DataObject
) -> None:
    windows_of_now = windows.to_date("day", data.draw(instants("UTC")), "UTC")
    expected = comparison.compare(current, previous, windows_of_now)
    found = compare(current, previous)
    assert (found.current, found.previous, found.change) == (expected.current, expected.previous, expected.change)
    assert found.change_percent == expected.change_percent
    assert (found.direction and found.direction.value) == expected.direction
    assert (found.reason and found.reason.value) == expected.reason
