"""The resources of a range one by one, as a Relay connection."""

from collections.abc import Awaitable, Sequence

import orjson
import strawberry

from resolvers.cursors import EPOCH, Position, read_cursor, write_cursor
from resolvers.fields import after
from resolvers.pages import PageInfo, onward, require_page
from resolvers.periods import Window
from resolvers.range_input import RangeInput
from resolvers.range_list import list_name
from resolvers.resource_batches import ResourcePlace, ResourcesKey
from resolvers.resource_figures import ResourceFigures, resource_figures
from resolvers.scope import Scope
from sql.breakdowns import ResourceTotals


@strawberry.type(description="A resource in a page.")
class ResourceEdge:
    """Of a Relay connection."""

    cursor: str = strawberry.field(description="Give it as `after` to go on behind this resource.")
    node: ResourceFigures = strawberry.field(description="The resource.")


@strawberry.type(
    description="A page of resources, those with the most revenue first; of equal ones by payments, accesses, name."
)
class ResourceConnection:
    """Of Relay."""

    edges: list[ResourceEdge] = strawberry.field(description="The resources of the page, each with its cursor.")
    nodes: list[ResourceFigures] = strawberry.field(description="The resources of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")


def load_resource_page(
    scope: Scope, window: Window, asked: RangeInput, first: int, cursor: str | None
) -> Awaitable[ResourceConnection]:
    """Ask for a page; all pages of an operation share a statement."""
    require_page(first)
    listed = list_name("resources", scope, asked)
    place = None if cursor is None else ResourcePlace(*_read(listed, cursor))

    def built(rows: Sequence[ResourceTotals]) -> ResourceConnection:
        edges = [ResourceEdge(cursor=_cursor(listed, row), node=resource_figures(row)) for row in rows[:first]]
        info = onward([edge.cursor for edge in edges], cursor, more=len(rows) > first)
        return ResourceConnection(edges=edges, nodes=[edge.node for edge in edges], page_info=info)

    key = ResourcesKey(scope.merchant.merchant_id, window, place)
    return after(scope.context.loaders.resources_by_page.load(key), built)


def _read(listed: str, cursor: str) -> tuple[int, int, int, str]:
    revenue, settled, accesses, resource = orjson.loads(read_cursor(listed, cursor, "after").id)
    return int(revenue), settled, accesses, resource


def _cursor(listed: str, row: ResourceTotals) -> str:
    place = [str(row.revenue_zat), row.settled_count, row.challenged_count + row.paid_count, row.resource]
    return write_cursor(listed, Position(EPOCH, orjson.dumps(place).decode()))
