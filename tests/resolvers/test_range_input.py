"""Ranges that cannot be meant: a coded error that says what to send instead, and no statement for them."""

import re
from dataclasses import fields

import pytest

from resolvers.range_input import ONE_KEY, RangeInput
from tests.resolvers.conftest import Desk

ASK = 'query ($range: RangeInput!) { merchant(id: "shop") { trends(range: $range, granularity: %s) { asOf } } }'


def between(start: str, end: str) -> dict[str, object]:
    return {"between": {"start": f"{start}T00:00:00Z", "end": f"{end}T00:00:00Z"}}


@pytest.mark.parametrize(
    ("asked", "granularity", "message"),
    [
        ({"days": 0}, "DAY", "range.days must lie between 1 and 400."),
        ({"days": 0}, "MONTH", "range.days must lie between 1 and 3,660."),
        ({"days": 401}, "DAY", "This takes a range of at most 400 days; send granularity: WEEK, or a shorter range."),
        ({"days": 9_999}, "HOUR", "This takes a range of at most 31 days; send granularity: DAY, or a shorter range."),
        ({"days": 3_661}, "MONTH", "This takes a range of at most 3,660 days; send several shorter ranges."),
        (
            {"days": 9},
            "QUARTER_HOUR",
            "This takes a range of at most 8 days; send granularity: HOUR, or a shorter range.",
        ),
        ({"month": "2026-13"}, "DAY", "'2026-13' is no month; send a year and a month from 01 to 12, such as 2026-05."),
        ({"month": "May"}, "DAY", "'May' is no month; send a year and a month from 01 to 12, such as 2026-05."),
        ({"days": 32}, "HOUR", "This takes a range of at most 31 days; send granularity: DAY, or a shorter range."),
        (
            between("2026-05-02", "2026-05-02"),
            "DAY",
            "range.between.end must be later than its start; it is not part of the range.",
        ),
        (
            between("2025-01-01", "2026-02-06"),
            "DAY",
            "This takes a range of at most 400 days; send granularity: WEEK, or a shorter range.",
        ),
        (between("1969-01-01", "1969-01-02"), "DAY", "range.between must lie between 1970-01-02 and 2200-01-01."),
    ],
)
async def test_a_range_that_cannot_be_meant(
    desk: Desk, asked: dict[str, object], granularity: str, message: str
) -> None:
    await desk.merchants("shop")
    result = await desk.ask(ASK % granularity, range=asked)
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"] == message
    assert result.data == {"merchant": {"trends": None}}
    assert desk.statements == ["merchants_by_id"]


@pytest.mark.parametrize("asked", [{}, {"days": 1, "period": "TODAY"}, {"days": None}])
async def test_exactly_one_way_to_name_a_range(desk: Desk, asked: dict[str, object]) -> None:
    await desk.merchants("shop")
    result = await desk.ask(ASK % "DAY", range=asked)
    assert result.codes == ("BAD_USER_INPUT",)
    assert desk.statements == []
    if asked != {"days": None}:
        assert result.errors[0]["message"].endswith("range needs exactly one of days, month, period and between.")


@pytest.mark.parametrize("asked", ["{}", '{days: 1, month: "2026-05"}'])
async def test_the_ways_to_name_a_range_are_told_where_it_stands_in_the_document(desk: Desk, asked: str) -> None:
    result = await desk.ask(f'{{ merchant(id: "shop") {{ trends(range: {asked}) {{ asOf }} }} }}')
    assert result.codes == ("VALIDATION_FAILED",)
    assert result.errors[0]["message"] == "range needs exactly one of days, month, period and between."


def test_every_way_to_name_a_range_is_told() -> None:
    assert re.findall(r"days|month|period|between", ONE_KEY) == [field.name for field in fields(RangeInput)]


async def test_the_longest_ranges_are_taken(desk: Desk) -> None:
    await desk.merchants("shop", zone="Europe/Berlin")
    assert (await desk.ask(ASK % "DAY", range={"days": 400})).errors == ()
    october = {"between": {"start": "2026-10-01T00:00:00+02:00", "end": "2026-11-01T00:00:00+01:00"}}
    assert (await desk.ask(ASK % "HOUR", range=october)).errors == ()  # 745 hours


async def test_a_day_that_ends_where_midnight_is_skipped_is_no_longer_for_that(desk: Desk) -> None:
    await desk.merchants("shop", zone="Africa/Cairo")
    ask = ASK.replace("granularity", 'at: "2026-04-23T12:00:00Z", granularity')
    assert (await desk.ask(ask % "DAY", range={"days": 400})).errors == ()
    assert (await desk.ask(ask % "HOUR", range={"days": 31})).errors == ()


async def test_an_unknown_zone_is_told(desk: Desk) -> None:
    await desk.merchants("shop")
    document = '{ merchant(id: "shop") { failures(range: {days: 1}, timezone: "Mars/Olympus") { failedCount } } }'
    result = await desk.ask(document)
    assert result.codes == ("BAD_USER_INPUT",)
    assert "send an IANA name such as Europe/Berlin or UTC" in result.errors[0]["message"]
    assert desk.statements == ["merchants_by_id"]


async def test_a_series_that_is_too_long_is_told_by_the_name_of_its_own_argument(desk: Desk) -> None:
    await desk.merchants("shop")
    result = await desk.ask('{ merchant(id: "shop") { revenue(range: {days: 90}, interval: HOUR) { interval } } }')
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"].endswith("31 days; send interval: DAY, or a shorter range.")


async def test_a_merchant_that_nobody_names_is_asked_for_by_the_argument_of_its_field(desk: Desk) -> None:
    result = await desk.ask("{ merchant { id } }")
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"] == "Name the merchant by merchant(id: ...): this token is not bound to one."
