"""Setting alerts: who may, what is refused, what is shown and what never is."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from jobs.alerts.rules import WebhookRules, url_fault
from resolvers.context import ADMIN, READ
from resolvers.executor import Executor
from tests.factories import settled
from tests.resolvers.conftest import FACILITATOR, NOW, Desk, merchant

CREATE = """mutation ($input: CreateAlertInput!) { createAlert(input: $input) { secret alert {
  id name metric unit comparison threshold windowMinutes minimumCount filter { dimension values } url enabled state
} } }"""
UPDATE = """mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { secret alert {
  id name metric threshold windowMinutes filter { dimension } url state } } }"""
GIVEN: dict[str, object] = {"merchantId": "shop", "name": "Rate", "metric": "SUCCESS_RATE", "comparison": "BELOW"}
OWNER = merchant("shop", ADMIN)


@pytest.fixture
async def shop(desk: Desk) -> Desk:
    await desk.merchants("shop", "other")
    return desk


async def create(desk: Desk, **given: object) -> Any:
    return (await desk.data(CREATE, OWNER, input={**GIVEN, "threshold": 90, **given}))["createAlert"]


async def refusal(desk: Desk, **given: object) -> str:
    result = await desk.ask(CREATE, OWNER, input={**GIVEN, "threshold": 90, **given})
    assert result.codes == ("BAD_USER_INPUT",)
    assert desk.statements == []
    return str(result.errors[0]["message"])


async def test_an_alert_as_it_is_made_read_and_changed(shop: Desk) -> None:
    payload = await create(
        shop,
        minimumCount=20,
        url="https://shop.example/hook",
        filter={"dimension": "METHOD", "values": ["SHIELDED", None]},
    )
    assert payload["secret"].startswith("whsec_")
    alert = payload["alert"]
    assert list(alert.values())[1:] == [
        *("Rate", "SUCCESS_RATE", "PERCENT", "BELOW", 90, 60, 20),
        {"dimension": "METHOD", "values": ["SHIELDED", None]},
        *("https://shop.example/hook", True, "UNKNOWN"),
    ]
    changed = await shop.data(UPDATE, OWNER, input={"id": alert["id"], "threshold": 95.5, "filter": None})
    assert changed["updateAlert"]["secret"] is None
    assert list(changed["updateAlert"]["alert"].values())[2:6] == ["SUCCESS_RATE", 95.5, 60, None]
    renewed = await shop.data(UPDATE, OWNER, input={"id": alert["id"], "renewSecret": True})
    assert renewed["updateAlert"]["secret"] not in {None, payload["secret"]}
    told = await shop.data(
        f'{{ merchant {{ alerts {{ id figure(at: "{NOW.isoformat()}") {{ value breached count }} }} }} }}', OWNER
    )
    assert told["merchant"]["alerts"] == [
        {"id": alert["id"], "figure": {"value": None, "breached": None, "count": "0"}}
    ]
    assert "whsec" not in str(told)
    gone = await shop.data(f'mutation {{ deleteAlert(id: "{alert["id"]}") {{ id }} }}', OWNER)
    assert gone == {"deleteAlert": {"id": alert["id"]}}
    again = await shop.ask(f'mutation {{ deleteAlert(id: "{alert["id"]}") {{ id }} }}', OWNER)
    assert again.codes == ("NOT_FOUND",)


async def test_a_first_url_makes_the_secret(shop: Desk) -> None:
    payload = await create(shop)
    assert payload["secret"] is None
    given = {"id": payload["alert"]["id"], "url": "https://shop.example/"}
    assert (await shop.data(UPDATE, OWNER, input=given))["updateAlert"]["secret"].startswith("whsec_")


async def test_amounts_and_counts_are_no_floats(shop: Desk) -> None:
    for given in (25, "25"):
        assert (await create(shop, metric="REVENUE", threshold=given))["alert"]["threshold"] == "25"
    assert (await create(shop, metric="NET_REVENUE", threshold=-(10**30)))["alert"]["threshold"] == f"-{10**30}"
    assert "whole number" in await refusal(shop, metric="REVENUE", threshold=25.0)
    assert "whole number" in await refusal(shop, metric="FAILED", threshold="1.5")
    literal = (
        'mutation { createAlert(input: {name: "x", metric: REVENUE, comparison: BELOW, threshold: 2.5}) { secret } }'
    )
    assert (await shop.ask(literal, OWNER)).codes == ("BAD_USER_INPUT",)
    assert (await shop.ask(literal.replace("2.5", "true"), OWNER)).codes == ("VALIDATION_FAILED",)


async def test_nonsense_is_told_what_to_send_instead(shop: Desk) -> None:
    assert "name must have" in await refusal(shop, name=" ")
    assert "windowMinutes must lie between 1 and 44,640" in await refusal(shop, windowMinutes=0)
    assert "minimumCount" in await refusal(shop, minimumCount=-1)
    wrong = {"dimension": "COUNTRY", "values": ["DE"]}
    assert await refusal(shop, filter=wrong) == "SUCCESS_RATE has no COUNTRY to filter by; it has: METHOD."
    assert "has no WEEKDAY" in await refusal(shop, filter={"dimension": "WEEKDAY", "values": ["MONDAY"]})
    assert "1 to 50 values" in await refusal(shop, filter={"dimension": "METHOD", "values": []})
    assert "url must begin with https://" in await refusal(shop, url="http://shop.example/")
    payload = await create(shop)
    result = await shop.ask(UPDATE, OWNER, input={"id": payload["alert"]["id"], "metric": "REVENUE"})
    assert "send a threshold in it too" in result.errors[0]["message"]
    assert (await shop.ask(UPDATE, OWNER, input={"id": "nobody\x00"})).codes == ("NOT_FOUND",)


@pytest.mark.parametrize(
    ("metric", "threshold", "bounds"),
    [
        *(("SUCCESS_RATE", given, "PERCENT, must lie between 0 and 100.") for given in (-5, 100.5, 150, 1e308, "101")),
        ("WEBHOOK_SUCCESS_RATE", 100.000001, "must lie between 0 and 100."),
        ("CONVERSION_RATE", -1, "must lie between 0 and 9,007,199,254,740,991."),
        ("TRANSACTIONS", "9" * 40, "COUNT, must lie between 0 and 9,007,199,254,740,991."),
        ("TRANSACTIONS", 2**53, "must lie between 0 and 9,007,199,254,740,991."),
        ("TRANSACTIONS", -1, "must lie between 0"),
        ("TRANSACTIONS", 1.5, "is a whole number"),
        ("PAYMENT_LATENCY_P95", -0.5, "MILLISECONDS, must lie between 0"),
        ("PAYMENTS_PER_PAYER", -1, "NUMBER, must lie between 0"),
        ("REVENUE", "-1", "ZATOSHI, must not be negative."),
    ],
)
async def test_a_threshold_that_no_figure_can_reach_is_refused(
    shop: Desk, metric: str, threshold: object, bounds: str
) -> None:
    message = await refusal(shop, metric=metric, threshold=threshold)
    assert message.startswith(f"threshold of {metric}")
    assert bounds in message


async def test_a_threshold_at_its_bounds_is_taken(shop: Desk) -> None:
    for metric, given in [
        *(("SUCCESS_RATE", 0), ("SUCCESS_RATE", 100), ("CONVERSION_RATE", 250), ("TRANSACTIONS", 2**53 - 1)),
        *(("PAYMENT_LATENCY_P95", 0.5), ("NET_REVENUE", "-1"), ("REVENUE", "9" * 40)),
    ]:
        assert (await create(shop, metric=metric, threshold=given))["alert"]["threshold"] == given
    alert = (await create(shop, metric="CONVERSION_RATE", threshold=150))["alert"]
    result = await shop.ask(UPDATE, OWNER, input={"id": alert["id"], "metric": "SUCCESS_RATE"})
    assert "must lie between 0 and 100" in result.errors[0]["message"]


async def test_a_figure_has_the_same_bound_however_it_is_written(shop: Desk) -> None:
    document = (
        "mutation { createAlert(input: "
        '{name: "x", metric: REVENUE, comparison: BELOW, threshold: %s}) { alert { threshold } } }'
    )
    longest = "9" * 40
    for given in (longest, f'"{longest}"'):
        assert (await shop.data(document % given, OWNER))["createAlert"]["alert"]["threshold"] == longest
    for given in (longest + "9", f'"{longest}9"', f"-{longest}9", "1" + "0" * 399):
        result = await shop.ask(document % given, OWNER)
        assert result.codes == ("VALIDATION_FAILED",)
        assert "of at most 40 digits" in result.errors[0]["message"]
    assert (await shop.ask(CREATE, OWNER, input={**GIVEN, "threshold": 10**400})).codes == ("BAD_USER_INPUT",)


@pytest.mark.parametrize(
    ("metric", "dimension", "values", "instead"),
    [
        ("SUCCESS_RATE", "METHOD", ["SHIELDED", "banana"], "'BANANA' is no METHOD, which is one of TRANSPARENT, "),
        ("REVENUE", "COUNTRY", ["nowhere"], "'nowhere' is no COUNTRY, which is a code of two capital letters"),
        ("FAILED", "FAILURE_CODE", ["TIMEOUT", "timeout"], "'timeout' is no FAILURE_CODE, which is one of INSUFF"),
    ],
)
async def test_a_filter_by_what_there_cannot_be_is_refused(
    shop: Desk, metric: str, dimension: str, values: list[str], instead: str
) -> None:
    message = await refusal(shop, metric=metric, threshold=1, filter={"dimension": dimension, "values": values})
    assert message.startswith(f"filter.values: {instead}")


async def test_an_alert_of_looser_times_can_be_switched_off(shop: Desk) -> None:
    made = (await create(shop, url="https://shop.example/"))["alert"]
    async with shop.database.acquire() as connection:
        await connection.execute(
            "UPDATE alerts SET threshold = '150', url = 'https://a..b/', dimension = 'method', dimension_values = $1",
            ["banana"],
        )
    changed = await shop.data(UPDATE, OWNER, input={"id": made["id"], "enabled": False, "name": "Off"})
    assert changed["updateAlert"]["alert"]["name"] == "Off"
    result = await shop.ask(UPDATE, OWNER, input={"id": made["id"], "url": "https://.com/"})
    assert result.codes == ("BAD_USER_INPUT",)


async def test_a_secret_is_renewed_only_where_there_is_a_url_to_sign_for(shop: Desk) -> None:
    made = (await create(shop))["alert"]
    result = await shop.ask(UPDATE, OWNER, input={"id": made["id"], "renewSecret": True})
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"].startswith("renewSecret needs a URL")
    given = {"id": made["id"], "renewSecret": True, "url": "https://shop.example/"}
    assert (await shop.data(UPDATE, OWNER, input=given))["updateAlert"]["secret"].startswith("whsec_")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://shop.example/hook?x=1", None),
        ("https://93.184.215.14/", None),
        ("https://user:secret@shop.example/", "user name"),
        ("https://shop.example/#part", "fragment"),
        ("https://", "name a host"),
        ("https://[::1", "must be a URL"),
        ("https://shop.example:99999/", "must be a URL"),
        ("https://shöp.example/", "ASCII"),
        ("https://shop.example/ x", "printable"),
        ("ftp://shop.example/", "begin with https://"),
        ("https://127.0.0.1/", "not public"),
        ("https://10.0.0.8/", "not public"),
        ("https://169.254.169.254/latest/meta-data", "not public"),
        ("https://[::ffff:10.0.0.1]/", "not public"),
        ("https://[64:ff9b::a00:1]/", "not public"),
        ("https://[2002:7f00:1::]/", "not public"),
        ("https://[fd00::1]/", "not public"),
        ("https://100.64.0.1/", "not public"),
        ("https://224.0.0.1/", "not public"),
        ("https://0.0.0.0/", "not public"),
        ("https://shop.example./hook", None),
        ("https://xn--shp-sna.example:8443/", None),
        ("https://a..b/", "name a host such as"),
        ("https://.com/", "name a host such as"),
        (f"https://{'a' * 64}.example/", "1 to 63 letters"),
        (f"https://{'a.' * 130}example/", "at most 253"),
        ("https://-/x", "no hyphen at its ends"),
        ("https://shop-.example/", "no hyphen at its ends"),
        ("https://example.com:0/", "port from 1 to 65535"),
        ("https://%31%32%37.0.0.1/", "four numbers"),
        ("https://1.2.3.4.5/", "four numbers"),
        ("https://1572395042/", "four numbers"),
        ("https://intranet/x", "in full"),
    ],
)
def test_which_urls_may_be_called(url: str, fault: str | None) -> None:
    found = url_fault(url, WebhookRules())
    assert (found is None) == (fault is None), found
    assert fault is None or fault in str(found)
    if fault == "not public":
        assert url_fault(url, WebhookRules(private=True)) is None


@pytest.mark.parametrize("host", ["localhost", "any.localhost", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1."])
def test_no_spelling_of_our_own_address_may_be_set(host: str) -> None:
    assert url_fault(f"https://{host}/x", WebhookRules()) == "names an address that is not public."


@pytest.mark.parametrize("host", ["localhost:8080", "receiver", "127.0.0.1:8080", "[::1]", "10.0.0.8"])
def test_receivers_of_ones_own_network_may_be_set_where_the_operator_says_so(host: str) -> None:
    assert url_fault(f"http://{host}/hook", WebhookRules(http=True, private=True)) is None


async def test_only_an_administrator_sets_and_only_its_own(shop: Desk) -> None:
    reader = merchant("shop", READ)
    for principal in (reader, merchant("other", ADMIN)):
        result = await shop.ask(CREATE, principal, input={**GIVEN, "threshold": 1})
        assert result.codes == ("FORBIDDEN",)
        assert shop.statements == []
    payload = await create(shop)
    mine = f'mutation {{ deleteAlert(id: "{payload["alert"]["id"]}") {{ id }} }}'
    assert (await shop.ask(mine, merchant("other", ADMIN))).codes == ("NOT_FOUND",)
    seen = await shop.data("{ merchant { alerts { id } } }", reader)
    assert seen == {"merchant": {"alerts": [{"id": payload["alert"]["id"]}]}}
    for principal in (OWNER, reader):
        result = await shop.ask('{ alertReadings(at: "2026-05-13T12:00:00Z") { endCursor } }', principal)
        assert result.codes == ("FORBIDDEN",)
    unknown = await shop.ask(CREATE, FACILITATOR, input={**GIVEN, "merchantId": "nobody", "threshold": 1})
    assert unknown.codes == ("NOT_FOUND",)


async def test_pages_of_readings_and_a_cursor_that_was_tampered_with(shop: Desk) -> None:
    shop.executor = Executor(replace(shop.executor.services))
    for _ in range(3):
        await create(shop, metric="REVENUE", comparison="ABOVE", threshold="4")
    await shop.tell([settled("a", NOW.replace(hour=11), 5)])
    document = """query ($after: String) { alertReadings(at: "2026-05-13T12:00:00Z", first: 2, after: $after) {
      endCursor readings { alertId figure { value breached } } } }"""
    first = (await shop.data(document))["alertReadings"]
    second = (await shop.data(document, after=first["endCursor"]))["alertReadings"]
    assert [len(first["readings"]), len(second["readings"]), second["endCursor"]] == [2, 1, None]
    assert first["readings"][0]["figure"] == {"value": "5", "breached": True}
    forged = base64.urlsafe_b64encode(b"shop\n00000000-0000-0000-0000-000000000000").decode()
    ours = first["endCursor"]
    for cursor in ("x", "AA==", "ewo", "\x00", "é", forged, ours[:-1] + ("B" if ours.endswith("A") else "A")):
        assert (await shop.ask(document, after=cursor)).codes == ("BAD_USER_INPUT",)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_an_instant_that_no_calendar_covers_is_refused(at: str, shop: Desk) -> None:
    await create(shop, metric="REVENUE", comparison="ABOVE", threshold="4")
    document = "query ($at: DateTime!) { alertReadings(at: $at) { readings { figure { value } } } }"
    result = await shop.ask(document, at=at)
    assert (result.codes, result.errors[0]["message"]) == (
        ("BAD_USER_INPUT",),
        "at must lie between 1970-01-02 and 2200-01-01.",
    )


async def test_a_merchant_has_so_many_and_no_more(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.alerts.admin.MAX_ALERTS", 1)
    await create(shop)
    result = await shop.ask(CREATE, OWNER, input={**GIVEN, "threshold": 1})
    assert "may have 1 alerts" in result.errors[0]["message"]


async def test_alerts_of_fifty_merchants_cost_the_statements_of_one(shop: Desk) -> None:
    await create(shop)
    document = "{ merchants(first: 50) { nodes { alerts { id figure { value } crossings { id } } } } }"
    await shop.data(document)
    one = sorted(shop.statements)
    for number in range(10):
        await shop.merchants(f"m{number}")
        for _ in range(2):
            await shop.data(CREATE, FACILITATOR, input={**GIVEN, "merchantId": f"m{number}", "threshold": 1})
    await shop.data(document)
    assert sorted(shop.statements) == one
    assert one == ["alert_crossings_by_alert", "alerts_by_merchant", "merchants_after", "revenue_often_cells"]
