"""The schema: what can be asked, told and watched."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from resolvers.alerts.admin import AlertMutations
from resolvers.alerts.all_readings import AlertQueries
from resolvers.connections import MerchantConnection, merchant_page
from resolvers.context import Info
from resolvers.errors import ErrorCode
from resolvers.export_requests import ExportMutations
from resolvers.fields import loaded, resolved
from resolvers.job_admin import JobMutations, JobQueries
from resolvers.key_admin import ApiKeyMutations
from resolvers.limits import Limits, limiters
from resolvers.live import Subscription
from resolvers.lookup import load_merchant
from resolvers.merchant_admin import MerchantMutations
from resolvers.merchants import Merchant
from resolvers.metrics.arguments import MetricDefinition, definitions
from resolvers.metrics.scalars import METRIC_SCALARS
from resolvers.operation import PerOperation
from resolvers.pages import MAX_PAGE
from resolvers.platform import Platform, platform_of
from resolvers.scalars import SCALARS
from resolvers.tracking import TrackingMutations
from resolvers.upkeep import UpkeepMutations
from resolvers.viewer import Viewer, viewer_of


@strawberry.type(description="What can be asked.")
class Query(AlertQueries, JobQueries):
    """The ways in."""

    @resolved("Who asks; null without a token.")
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info.context.request.principal)

    @resolved("All metrics, with their units, definitions and dimensions.")
    def metric_definitions(self) -> list[MetricDefinition]:
        return definitions()

    @loaded(Merchant | None, "One merchant; a token that is bound to one can ask for no other.")
    def merchant(
        self,
        info: Info,
        merchant_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(name="id", description="The merchant's id; the token's own merchant by default."),
        ] = None,
    ) -> Awaitable[Merchant]:
        return load_merchant(info.context, merchant_id, "merchant(id: ...)")

    @resolved("All merchants together; for the facilitator alone.")
    def platform(
        self,
        info: Info,
        timezone: Annotated[
            str, strawberry.argument(description="IANA name of the zone in which days are counted.")
        ] = "UTC",
    ) -> Platform | None:
        return platform_of(info.context, timezone)

    @resolved("Merchants in order of id: all for the facilitator, its own for a merchant.")
    async def merchants(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_PAGE}.")] = 50,
        after: Annotated[
            str | None, strawberry.argument(description="The cursor behind which the page begins.")
        ] = None,
    ) -> MerchantConnection | None:
        return await merchant_page(info.context, first, after)


@strawberry.type(description="What can be told and changed.")
class Mutation(
    TrackingMutations,
    UpkeepMutations,
    JobMutations,
    MerchantMutations,
    ApiKeyMutations,
    ExportMutations,
    AlertMutations,
):
    """All mutations, each with its noun."""


class Schema(strawberry.Schema):
    """Strawberry's, except that it does not log: `resolvers.masking` does, once."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave errors to whoever masks them."""


def build_schema(limits: Limits) -> Schema:
    """Return the executable schema."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[ErrorCode],
        config=StrawberryConfig(scalar_map={**SCALARS, **METRIC_SCALARS}),
        extensions=[*limiters(limits), lambda: PerOperation(limits.time_limit_seconds)],
    )


def sdl() -> str:
    """Return the schema's text, as committed in `resolvers/schema.graphql`."""
    return build_schema(Limits()).as_str().rstrip() + "\n"
