"""What HTTP wants of the routes: who may ask, how it is refused, what may be kept, who else may read."""

from datetime import timedelta

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from gateway.rest.routes import ROUTES
from tests.gateway.graphql.conftest import token
from tests.gateway.rest.conftest import AT, PREFIX, Rest

PROTOCOL = Subprotocol("graphql-transport-ws")
PATHS = [route.path for route in ROUTES]


def refused(answer: httpx2.Response, status: int, code: str) -> str:
    """That an answer is a refusal; its message."""
    body = answer.json()
    assert (answer.status_code, body.pop("success"), body.pop("code")) == (status, False, code)
    assert answer.headers["cache-control"] == "no-store"
    message: str = body.pop("error")
    assert body == {}
    return message


@pytest.mark.parametrize("path", PATHS)
async def test_every_route_answers_with_defaults_alone(rest: Rest, path: str) -> None:
    for who in ("shop", "other"):
        answer = await rest.get(path, credential=who)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_is_told_anything(rest: Rest, path: str) -> None:
    answer = await rest.get(path, credential=None)
    refused(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", PATHS)
async def test_a_merchant_is_told_of_no_other(rest: Rest, path: str) -> None:
    refused(await rest.get(f"{path}?merchantId=other"), 403, "FORBIDDEN")
    refused(await rest.get(f"{path}?merchantId=nobody"), 403, "FORBIDDEN")


async def test_credentials_that_do_not_hold(rest: Rest) -> None:
    for headers in ({"authorization": "Bearer x"}, {"authorization": "Basic eA=="}, {"x-api-key": "z402_x"}):
        refused(await rest.get("/realtime", credential=None, headers=headers), 401, "UNAUTHENTICATED")
    expired = token("shop", lifetime=timedelta(hours=-1))
    answer = await rest.get("/realtime", credential=None, headers={"authorization": f"Bearer {expired}"})
    assert refused(answer, 401, "UNAUTHENTICATED") == "The token has expired."


async def test_the_facilitator_names_the_merchant(rest: Rest) -> None:
    headers = {"authorization": f"Bearer {token()}"}
    answer = await rest.get(f"/realtime?merchantId=shop&at={AT}", credential=None, headers=headers)
    assert answer.json()["metrics"]["today"]["transactionCount"] == 6
    answer = await rest.get("/realtime?merchantId=nobody", credential=None, headers=headers)
    refused(answer, 404, "NOT_FOUND")
    message = refused(await rest.get("/realtime", credential=None, headers=headers), 400, "BAD_USER_INPUT")
    assert message == "Name the merchant by merchantId=...: this token is not bound to one."


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/peak-times?days=0", "days=0 cannot be: send a whole number from 1 to 100."),
        ("/latency?days=401", "days=401 cannot be: send a whole number from 1 to 400."),
        ("/peak-times?days=-1", "days=-1 cannot be: send a whole number from 1 to 100."),
        ("/peak-times?days=7&days=8", "Send days once."),
        ("/peak-times?day=7", "There is no parameter 'day' here; this route takes at, days, merchantId."),
        ("/overview?period=30", "period=30 cannot be: send a number of days such as 30d"),
        ("/overview?period=401d", "This takes a range of at most 400 days; send several shorter ranges."),
        ("/overview?period=2y", "This takes a range of at most 400 days; send several shorter ranges."),
        ("/overview?period=9999h", "This takes a range of at most 400 days; send several shorter ranges."),
        ("/overview?period=30d&startDate=2026-05-01", "Send period, or startDate and endDate; not both."),
        ("/overview?endDate=2026-05-01", "endDate needs a startDate."),
        ("/overview?startDate=2026-02-30", "startDate=2026-02-30 cannot be: there is no such day."),
        ("/overview?startDate=0001-01-01", "send a time between 1970-01-02 and 2200-01-01."),
        ("/overview?startDate=9999-12-31", "send a time between 1970-01-02 and 2200-01-01."),
        ("/overview?startDate=2026-05-03&endDate=2026-05-01", "startDate must lie before endDate"),
        ("/overview?startDate=2026-05-14&at=2026-05-13T12:00:00Z", "startDate must lie before endDate, and not in"),
        ("/overview?startDate=2020-01-01&at=2026-05-13T12:00:00Z", "takes a range of at most 400 days; send"),
        ("/overview?startDate=2026-05-01&endDate=2199-12-31", "takes a range of at most 400 days; send several"),
        (
            "/overview?startDate=2199-12-30&endDate=2200-01-01",
            "A range must lie between 1970-01-02 and 2200-01-01, both",
        ),
        ("/overview?period=30h&at=1970-01-03T00:00:00Z", "A range must lie between 1970-01-02 and 2200-01-01, both"),
        ("/overview?startDate=2026-05-01T00:00:00", "has no zone; add Z or an offset such as +02:00."),
        ("/overview?startDate=2026-05-01T00:00:00+02:00", "write the offset's as %2B"),
        ("/revenue?interval=year", "interval=year cannot be: send one of hour, day, week, month."),
        ("/revenue?interval=hour&period=90d", "range of at most 31 days; send interval=day, or a shorter range."),
        ("/revenue?interval=hour&period=800h", "range of at most 31 days; send interval=day, or a shorter range."),
        ("/revenue?interval=day&period=2y", "range of at most 400 days; send interval=week, or a shorter range."),
        ("/revenue?startDate=2024-01-01&at=2026-05-13T12:00:00Z", "at most 400 days; send interval=week, or a shorter"),
        ("/revenue?interval=month&period=11y", "range of at most 3,660 days; send several shorter ranges."),
        ("/transactions?groupBy=payer", "groupBy=payer cannot be: send one of status, method, resource, day."),
        ("/top-resources?limit=101", "limit=101 cannot be: send a whole number from 1 to 100."),
        ("/realtime?at=yesterday", "is no ISO 8601 time; send one like 2026-05-13T12:00:00Z."),
        ("/realtime?merchantId=%00", "cannot be: send a merchant's id."),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_told_what_to_send(rest: Rest, path: str, message: str) -> None:
    assert message in refused(await rest.get(path), 400, "BAD_USER_INPUT")


@pytest.mark.parametrize("interval", ["week", "month"])
async def test_a_long_range_by_weeks_or_months_is_taken_however_it_is_named(rest: Rest, interval: str) -> None:
    named = await rest.told(f"/revenue?period=2y&interval={interval}")
    assert named == await rest.told(f"/revenue?startDate=2024-05-14&interval={interval}")
    assert named["total"]["successfulCount"] == 7


async def test_a_month_of_local_days_is_no_longer_for_an_hour_that_occurs_twice(rest: Rest) -> None:
    october = "startDate=2025-09-30T22:00:00Z&endDate=2025-10-31T23:00:00Z"  # 745 hours in Berlin
    assert len((await rest.told(f"/revenue?{october}&interval=hour"))["series"]) == 745


async def test_what_keeps_caches_from_answering_is_left_alone(rest: Rest) -> None:
    plain, busted = await rest.get(f"/overview?at={AT}"), await rest.get(f"/overview?at={AT}&_=1&_=2")
    assert (busted.status_code, busted.content) == (200, plain.content)
    assert (await rest.get("/reports/monthly?month=2026-05&_=1")).status_code == 200
    refused(await rest.get("/overview?__=1"), 400, "BAD_USER_INPUT")


async def test_an_empty_parameter_counts_as_not_sent(rest: Rest) -> None:
    assert (await rest.get("/peak-times?days=&at=")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods(rest: Rest, method: str) -> None:
    answer = await rest.get("/realtime", method=method)
    refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/reports/monthly", "/reports/weekly", "/export"])
async def test_other_methods_of_files(rest: Rest, path: str) -> None:
    refused(await rest.get(path, method="POST"), 405, "METHOD_NOT_ALLOWED")


async def test_other_addresses(rest: Rest) -> None:
    for path in ("", "/", "/nothing", "/realtime/", "/trends", "/trends/year"):
        refused(await rest.get(path), 404, "NOT_FOUND")


async def test_head_tells_the_headers_alone(rest: Rest) -> None:
    get, head = await rest.get(f"/overview?at={AT}"), await rest.get(f"/overview?at={AT}", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("etag", "content-length", "cache-control")} == {
        name: get.headers[name] for name in ("etag", "content-length", "cache-control")
    }


@pytest.mark.parametrize("path", PATHS)
async def test_an_answer_that_is_known_is_not_sent_again(rest: Rest, path: str) -> None:
    first = await rest.get(f"{path}?at={AT}")
    etag = first.headers["etag"]
    assert first.headers["vary"] == "Authorization, X-API-Key, Origin"
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await rest.get(f"{path}?at={AT}", headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == first.headers["cache-control"]
    assert (await rest.get(f"{path}?at={AT}", headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/realtime", 30),
        ("/dashboard", 300),
        ("/trends/today", 300),
        ("/trends/month", 1_800),
        ("/failures", 1_800),
        ("/failures?days=1", 300),
        ("/revenue?interval=hour&period=7d", 300),
        ("/revenue?interval=hour&period=today", 300),
        ("/revenue?interval=day&period=today", 300),
        ("/revenue?interval=month", 1_800),
        ("/revenue?interval=month&startDate=2026-01-01&endDate=2026-04-30", 3_600),
        # What runs moves the more the shorter it is; what is over hardly moves.
        ("/overview?period=1h", 30),
        ("/overview?period=today", 300),
        ("/overview?period=24h", 300),
        ("/overview?period=1d", 300),
        ("/overview?period=25h", 300),
        ("/overview?period=26h", 1_800),
        ("/overview?period=week", 1_800),
        ("/overview", 1_800),
        ("/customers?period=month", 1_800),
        ("/transactions?startDate=2026-05-13&at=2026-05-13T12:00:00Z", 300),
        ("/transactions?startDate=2026-05-13&endDate=2026-05-13&at=2026-05-13T22:00:01Z", 3_600),
        ("/transactions?startDate=2026-05-12&endDate=2026-05-12&at=2026-05-13T12:00:00Z", 3_600),
        ("/customers?startDate=2026-05-13T11:30:00Z&endDate=2026-05-13T12:30:00Z&at=2026-05-13T12:00:00Z", 30),
    ],
)
async def test_how_long_an_answer_may_be_kept(rest: Rest, path: str, seconds: int) -> None:
    assert (await rest.get(path)).headers["cache-control"] == f"private, max-age={seconds}"


async def test_pages_of_an_allowed_origin_may_read(rest: Rest) -> None:
    shop, stranger = {"origin": "https://shop.example"}, {"origin": "https://stranger.example"}
    asked = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    client = rest.site.client
    for path in (f"{PREFIX}/realtime", "/graphql"):
        preflight = await client.options(path, headers=shop | asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
        assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in preflight.headers
        assert "access-control-allow-origin" not in (await client.options(path, headers=stranger | asked)).headers
    answer = await rest.get("/realtime", headers=shop)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in (await rest.get("/realtime", headers=stranger)).headers
    assert "access-control-allow-origin" not in (await client.get("/metrics", headers=shop)).headers


async def test_sockets_of_an_allowed_origin_open(rest: Rest) -> None:
    async def opens(origin: str) -> bool:
        try:
            async with connect(rest.site.socket_url, origin=Origin(origin), subprotocols=[PROTOCOL]):
                return True
        except InvalidStatus:
            return False

    assert await opens("https://shop.example")
    assert not await opens("https://stranger.example")
    assert not await opens("null")
