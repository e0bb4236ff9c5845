"""Sketches: exact averages, percentiles by nearest rank within 1 %, whatever was merged."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from resolvers.sketch import Sketch, merged, middle_ms
from sql.breakdowns import StepSketch
from tests.oracle.ranks import Spread, bin_of, middle_of

latencies = st.lists(st.none() | st.integers(0, 10**8), max_size=60)


def row(values: list[int | None]) -> StepSketch:
    """What the database tells of these latencies."""
    bins = sorted({bin_of(value) for value in values})
    counts = [sum(bin_of(value) == number for value in values) for number in bins]
    return StepSketch(0, "settled", bins, counts, sum(value or 0 for value in values))


@given(latencies, latencies)
def test_merged_sketches_are_near_the_truth(some: list[int | None], others: list[int | None]) -> None:
    sketch, truth = merged([row(some), row(others)]), Spread.of([*some, *others])
    assert sketch.count == truth.count
    assert sketch.average_ms == truth.average_ms
    for rank in (1, 50, 95, 99, 100):
        exact, found = truth.percentile(rank), sketch.percentile(rank)
        if exact is None:
            assert found is None
        else:
            assert found is not None
            assert abs(found - exact) <= 0.01 * exact * (1 + 1e-9)


@given(st.integers(1, 1200))
def test_a_bin_stands_for_the_same_as_in_the_oracle(number: int) -> None:
    assert abs(middle_ms(number) / float(middle_of(number)) - 1) < 1e-9


def test_absent_latencies_are_counted_and_left_out() -> None:
    sketch = merged([row([None, 0, 0, 100])])
    assert (sketch.event_count, sketch.count, sketch.coverage) == (4, 3, Fraction(75))
    assert sketch.average_ms == Fraction(100, 3)
    assert (sketch.percentile(50), round(sketch.percentile(95) or 0, 1)) == (0.0, 100.5)


def test_nothing_has_no_percentile() -> None:
    assert (Sketch().percentile(50), Sketch().average_ms, Sketch().coverage) == (None, None, None)
