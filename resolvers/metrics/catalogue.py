"""`docs/metrics.md`, written from the registry: run `python -m resolvers.metrics > docs/metrics.md`."""

from collections.abc import Iterable, Sequence

from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import CLOCK, CLOSED, Dimension
from resolvers.metrics.durations import DURATIONS
from resolvers.metrics.payments import PAYMENTS
from resolvers.metrics.question import MAX_FILTER_VALUES, MAX_GROUPS, MAX_NAMES, MAX_POINTS
from resolvers.metrics.registry import dimensions_of
from resolvers.metrics.traffic import TRAFFIC
from resolvers.metrics.whole import WHOLES
from resolvers.range_input import MOST_DAYS

SECTIONS = (
    ("Payments and payers", PAYMENTS),
    ("Payments, payers and deliveries as wholes", WHOLES),
    ("Accesses, webhooks and the facilitator's API", TRAFFIC),
    ("How long things take", DURATIONS),
)

INTRODUCTION = f"""# Metrics

This page is written from the registry of metrics, `resolvers/metrics`; so are the enum `Metric` and its descriptions.
`metricDefinitions` gives the same as data. `Merchant.metrics` answers for any of them:

```graphql
query Sales($range: RangeInput!) {{
  merchant {{
    metrics(names: [REVENUE, SUCCESS_RATE, UNIQUE_PAYERS], range: $range, granularity: DAY, compare: true) {{
      totals {{ metric value money {{ zec }} previous changePercent }}
      columns {{ starts columns {{ metric values previous }} }}
    }}
  }}
}}
```

- **Totals, groups and buckets are each counted anew.** A total of unique payers is no sum of days, a percentile no
  mean of percentiles, a rate no mean of rates; the same holds of every group and of the rest.
- **`groupBy`** divides by one dimension. At most `limit` groups are told, the largest by the first of `names` (or,
  where that is a rate, an average or a percentile, by how much it is one of), and everything else as one group with
  `rest: true`. HOUR_OF_DAY and WEEKDAY tell all hours or days of the merchant's clock.
- **`filter`** counts only what has one of some values of a dimension; it may differ from the one grouped by. A value
  that {", ".join(CLOSED[:-1])} or {CLOSED[-1]} can never have is refused, with what there is.
- **`granularity`** adds a series in the merchant's zone, gaps filled: 0 for counts and sums, null for rates, averages,
  extremes and percentiles of nothing; a bucket not yet begun is null throughout, the running one is `partial`.
- **`compare`** tells the range before beside it: as a whole, for each group, and bucket by bucket at the same place.
- **`series` or `columns`.** Both tell the same. `series` is an object for each bucket; `columns` is a list for each
  metric, one value to GraphQL however long it is, for long ranges and many merchants.

| unit | how it is written |
| --- | --- |
| ZATOSHI | a string of digits; an average is rounded half-even to a whole zatoshi |
| COUNT | a whole number |
| PERCENT, NUMBER | a number, to six decimals |
| MILLISECONDS | a number; averages to six decimals, percentiles to three |

Bounds: 1 to {MAX_NAMES} names, 1 to {MAX_GROUPS} groups, 1 to {MAX_FILTER_VALUES} values of a filter, and at most
{MAX_POINTS:,} points (buckets × groups × names, twice with `compare`) for a merchant. Ranges: \
{", ".join(f"{each.name} at most {most:,} days" for each, most in MOST_DAYS.items())}.
What cannot be answered is refused with BAD_USER_INPUT and says what to send instead.
"""


def page() -> str:
    """Return the page."""
    parts = [INTRODUCTION, "## Dimensions\n", table(("dimension", "what"), dimension_rows())]
    for title, metrics in SECTIONS:
        parts += [f"## {title}\n", table(("metric", "unit", "adds up as", "definition", "divides by"), rows(metrics))]
        parts.append("\n".join(f"- `{metric.slug}` = {formula(metric)}" for metric in metrics) + "\n")
    return "\n".join(parts)


def table(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def rows(metrics: Iterable[Metric]) -> Iterable[Sequence[str]]:
    """Give a row for each metric."""
    for metric in metrics:
        own = ", ".join(each.name for each in dimensions_of(metric) if each not in CLOCK)
        yield f"`{metric.slug}`", metric.unit.name, metric.adds.value, metric.definition, own


def dimension_rows() -> Iterable[Sequence[str]]:
    """Give a row for each dimension."""
    told = {value.name: value.description for value in vars(Dimension)["__strawberry_definition__"].values}
    for dimension in Dimension:
        yield dimension.name, told[dimension.name]


def formula(metric: Metric) -> str:
    """Return what a metric is computed from, by the names of the stored measures, and in which families."""
    families = ", ".join(dict.fromkeys(name for source in metric.sources for name in source))
    held = f" of {metric.where[0].name} {metric.where[1].upper()}" if metric.where else ""
    return f"{metric.shape}{held}, from {families}"
