"""By default no page of another origin reads anything."""

from tests.gateway.graphql.conftest import Site, site

__all__ = ["site"]


async def test_no_origin_is_allowed_by_default(site: Site) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    for path in ("/graphql", "/api/v1/analytics/realtime"):
        answer = await site.client.options(path, headers=asked)
        assert answer.status_code == 405
        assert not [name for name in answer.headers if name.startswith("access-control-")]
