"""The answer to a metrics query: built field by field, so that what is not selected costs nothing."""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import cast

import strawberry

from resolvers.buckets import Granularity
from resolvers.comparison import compare
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.metrics.columns import Columns, Told, tell, told_series, value_at
from resolvers.metrics.declaration import Metric, Unit
from resolvers.metrics.dimensions import WEEKDAYS, Dimension, told
from resolvers.metrics.findings import Found, find
from resolvers.metrics.names import MetricName
from resolvers.metrics.question import Asked, question
from resolvers.metrics.scalars import Flags, Instants, MetricNumber, MetricNumbers
from resolvers.metrics.schedule import PREVIOUS, TOTAL
from resolvers.metrics.types import (
    MetricBucket,
    MetricColumn,
    MetricColumnGroup,
    MetricColumns,
    MetricFigure,
    MetricGroup,
    MetricPoint,
)
from resolvers.money import money_or_null
from resolvers.periods import Window
from resolvers.range_input import RangeInput
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below


@dataclass(frozen=True, slots=True)
class Part:
    """One group: what it is called, and where the columns of its figures lie."""

    value: str | None
    rest: bool
    columns: Sequence[Columns]
    total: int = TOTAL
    previous: int = PREVIOUS


@strawberry.type(description="Figures of any metrics over a range: as a whole, by group, and bucket by bucket.")
class Metrics:
    """Each field is computed from the same cells when it is selected."""

    found: strawberry.Private[Found]
    window: Window = strawberry.field(description="What is counted: the range, up to `at`.")
    previous_window: Window | None = strawberry.field(description="What it is compared with; null without `compare`.")
    granularity: Granularity | None = strawberry.field(description="How long the buckets are; null without a series.")
    group_by: Dimension | None = strawberry.field(description="What it is grouped by.")
    group_count: int | None = strawberry.field(
        description="How many values the first metric has in the range, however many are told; null without groups."
    )
    computed_at: datetime = strawberry.field(description="When this answer was computed.")
    as_of: datetime = strawberry.field(description="The instant up to which every acknowledged event is included.")
    newest_event_at: datetime | None = strawberry.field(
        description="Time of the newest event that any of the metrics counts; null without one."
    )

    @resolved("The range as a whole, in the order of `names`.")
    def totals(self) -> list[MetricFigure]:
        return _figures(self.found, _whole(self.found))

    @resolved(
        "By group: the largest by the first metric, or, where that is a rate, an average or a percentile, by how much "
        "it is one of; the rest last. By the clock all hours or days, in their order."
    )
    def groups(self) -> list[MetricGroup]:
        return [
            MetricGroup(
                value=part.value, rest=part.rest, figures=_figures(self.found, part), series=_series(self.found, part)
            )
            for part in _parts(self.found)
        ]

    @resolved("All buckets in order of time, also those without an event; empty without granularity.")
    def series(self) -> list[MetricBucket]:
        return _series(self.found, _whole(self.found))

    @resolved("The same as `series` and the groups' series, as parallel columns: much cheaper where they are long.")
    def columns(self) -> MetricColumns:
        sections = self.found.question.sections
        return MetricColumns(
            starts=Instants(sections.starts),
            ends=Instants(sections.ends),
            partial=Flags(sections.partial),
            columns=_columns(self.found, _whole(self.found)),
            groups=[
                MetricColumnGroup(value=part.value, rest=part.rest, columns=_columns(self.found, part))
                for part in (_parts(self.found) if sections.buckets else ())
            ],
        )


def load_metrics(scope: Scope, asked: Asked, time: RangeInput, info: Info) -> Awaitable[Metrics]:
    """Check what is asked, and ask for it; buckets only where they are selected."""
    selected = names_below(info)
    asking = question(scope, asked, time, series=not selected.isdisjoint({"series", "columns"}))
    loading = find(asking)

    async def built() -> Metrics:
        found = await loading
        windows = asking.span.counted
        return Metrics(
            found=found,
            window=windows.current,
            previous_window=windows.previous if asked.compare else None,
            granularity=asked.granularity,
            group_by=asked.group_by,
            group_count=None if found.top is None else found.value_count,
            computed_at=scope.context.services.clock(),
            as_of=scope.fresh(*found.as_of),
            newest_event_at=found.newest_event_at,
        )

    return built()


def _whole(found: Found) -> Part:
    return Part(None, False, [found.total(metric) for metric in found.question.asked.metrics])


def _parts(found: Found) -> Iterator[Part]:
    asked, sections = found.question.asked, found.question.sections
    if asked.clock is not None:
        whole = _whole(found)
        names = WEEKDAYS if asked.clock is Dimension.WEEKDAY else [str(hour) for hour in range(24)]
        for number, name in enumerate(names):
            earlier = sections.earlier_clock[number] if asked.compare else PREVIOUS
            yield Part(name, False, whole.columns, sections.clock[number], earlier)
    if asked.divided_by is not None:
        for value in found.top or ():
            columns = [found.group(metric, value) for metric in asked.metrics]
            yield Part(told(asked.divided_by, value), False, columns)
        if found.has_rest:
            yield Part(None, True, [found.rest(metric) for metric in asked.metrics])


def _figures(found: Found, part: Part) -> list[MetricFigure]:
    asked = found.question.asked
    return [
        _figure(metric, columns, part.total, part.previous if asked.compare else None)
        for metric, columns in zip(asked.metrics, part.columns, strict=True)
    ]


def _figure(metric: Metric, columns: Columns, place: int, before: int | None) -> MetricFigure:
    value = value_at(metric, columns, place)
    earlier = None if before is None else value_at(metric, columns, before)
    compared = compare(
        None if value is None else Fraction(value), None if earlier is None else Fraction(earlier)
    ) if before is not None else None  # fmt: skip
    return MetricFigure(
        metric=MetricName(metric.slug),
        unit=metric.unit,
        value=_number(tell(metric, value)),
        money=None if value is None or metric.unit is not Unit.ZATOSHI else money_or_null(Fraction(value)),
        previous=_number(tell(metric, earlier)),
        change=_number(tell(metric, compared.change)) if compared else None,
        change_percent=percent(compared.change_percent) if compared else None,
        direction=compared.direction if compared else None,
        reason=compared.reason if compared else None,
    )


def _number(value: Told) -> MetricNumber | None:
    return None if value is None else MetricNumber(value)


def _values(found: Found, metric: Metric, columns: Columns) -> tuple[list[Told], list[Told] | None]:
    """Return the figures of all buckets, null before they begin, and those of the range before."""
    sections, asked = found.question.sections, found.question.asked
    values = told_series(metric, columns, sections.series)
    values[sections.begun :] = [None] * (len(values) - sections.begun)
    if not asked.compare:
        return values, None
    previous = told_series(metric, columns, sections.earlier)
    return values, [value if each.previous else None for value, each in zip(previous, sections.buckets, strict=True)]


def _columns(found: Found, part: Part) -> list[MetricColumn]:
    told_columns = []
    for metric, columns in zip(found.question.asked.metrics, part.columns, strict=True):
        values, previous = _values(found, metric, columns)
        told_columns.append(
            MetricColumn(
                metric=MetricName(metric.slug),
                unit=metric.unit,
                values=MetricNumbers(values),
                previous=None if previous is None else MetricNumbers(previous),
            )
        )
    return told_columns


def _series(found: Found, part: Part) -> list[MetricBucket]:
    columns = _columns(found, part)
    return [
        MetricBucket(
            start=each.bucket.start,
            end=each.bucket.end,
            partial=each.partial,
            begun=each.counted is not None,
            points=[
                MetricPoint(
                    metric=column.metric,
                    value=cast("MetricNumber | None", column.values[number]),
                    previous=cast("MetricNumber | None", column.previous[number] if column.previous else None),
                )
                for column in columns
            ],
        )
        for number, each in enumerate(found.question.sections.buckets)
    ]
