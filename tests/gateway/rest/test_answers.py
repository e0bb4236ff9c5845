"""What the routes tell of a known history: the shapes, and every number in them."""

from typing import Any

from tests.gateway.rest.conftest import AT, Rest

BIG = 21_000_000  # ZEC of the largest payment there can be


def compared(current: Any, previous: Any, change: Any, percent: Any, direction: Any) -> dict[str, Any]:
    names = ("current", "previous", "change", "changePercent", "direction")
    return dict(zip(names, (current, previous, change, percent, direction), strict=True))


async def test_realtime(rest: Rest) -> None:
    told = await rest.told("/realtime")
    assert told["currentHour"] == {
        "revenue": 0,
        "transactionCount": 0,
        "successfulCount": 0,
        "failedCount": 0,
        "expiredCount": 0,
        "successRate": None,
    }
    assert told["today"] == {
        "revenue": 21000001.25000003,
        "transactionCount": 6,
        "successfulCount": 3,
        "failedCount": 2,
        "expiredCount": 1,
        "successRate": 50,
        "uniquePayers": 2,
        "averageValue": 7000000.41666668,
    }
    recent = told["live"].pop("recentPayments")
    assert told["live"] == {"pendingTransactions": 1, "activeVerifications": 1, "staleTransactions": 0}
    assert [payment["transactionId"] for payment in recent] == ["c", "b", "a", "y2", "y1", "m1", "retry"]
    assert recent[2] == {
        "transactionId": "a",
        "amount": 1.25,
        "payer": "t1alice",
        "method": "transparent",
        "resource": "/maps",
        "settledAt": "2026-05-13T08:01:15.000000Z",
    }


async def test_money_is_written_from_its_digits(rest: Rest) -> None:
    text = (await rest.get(f"/realtime?at={AT}")).text
    for written in ('"revenue":21000001.25000003,', '"amount":0.00000003,', '"amount":21000000,', '"amount":1.25,'):
        assert written in text


async def test_dashboard(rest: Rest) -> None:
    told = await rest.told("/dashboard")
    assert set(told) == {"revenue", "transactions", "successRate", "averageValue"}
    assert all(set(trend) == {"today", "thisWeek", "thisMonth"} for trend in told.values())
    assert told["revenue"]["today"] == compared(21000001.25000003, 1, 21000000.25000003, 2100000025, "up")
    assert told["revenue"]["thisWeek"] == compared(21000002.75000003, 0, 21000002.75000003, None, "up")
    assert told["transactions"]["today"] == compared(6, 1, 5, 500, "up")
    assert told["successRate"]["today"] == compared(50, 100, -50, -50, "down")
    assert told["averageValue"]["thisWeek"] == compared(4200000.55000001, None, None, None, None)


async def test_trends(rest: Rest) -> None:
    today = await rest.told("/trends/today")
    assert (today["timezone"], today["granularity"], len(today["series"])) == ("Europe/Berlin", "hour", 24)
    assert today["total"]["transactions"] == compared(6, 1, 5, 500, "up")
    ten = today["series"][10]
    assert (ten["date"], ten["start"], ten["partial"]) == ("2026-05-13", "2026-05-13T08:00:00.000000Z", False)
    assert ten["current"] == {
        "revenue": 1.25,
        "transactionCount": 1,
        "successfulCount": 1,
        "failedCount": 0,
        "expiredCount": 0,
        "successRate": 100,
        "averageValue": 1.25,
    }
    assert today["series"][9]["previous"]["revenue"] == 1
    assert today["series"][15]["current"] is None  # it has not begun
    week, month = await rest.told("/trends/week"), await rest.told("/trends/month")
    assert (week["granularity"], len(week["series"]), month["granularity"], len(month["series"])) == (
        "day",
        7,
        "day",
        31,
    )
    assert [bucket["date"] for bucket in week["series"]][:3] == ["2026-05-11", "2026-05-12", "2026-05-13"]
    assert month["total"]["revenue"] == compared(21000002.75000003, 0.1, 21000002.65000003, 21000002650, "up")


async def test_peak_times(rest: Rest) -> None:
    told = await rest.told("/peak-times?days=30")
    assert sorted(hour["hour"] for hour in told) == list(range(24))
    assert told[:2] == [
        {"hour": 11, "label": "11 AM", "transactionCount": 5, "revenue": 21000000.00000003},
        {"hour": 9, "label": "9 AM", "transactionCount": 1, "revenue": 1},
    ]
    labels = {hour["hour"]: hour["label"] for hour in told}
    assert (labels[0], labels[12], labels[14]) == ("12 AM", "12 PM", "2 PM")


async def test_success_rate(rest: Rest) -> None:
    told = await rest.told("/success-rate?days=7")
    series = told.pop("series")
    assert told == {
        "timezone": "Europe/Berlin",
        "successRate": 62.5,
        "firstTryRate": 62.5,
        "transactionCount": 8,
        "successfulCount": 5,
        "failedCount": 2,
        "expiredCount": 1,
    }
    assert [(day["date"], day["successRate"]) for day in series][-3:] == [
        ("2026-05-11", None),
        ("2026-05-12", 100),
        ("2026-05-13", 50),
    ]
    assert [day["partial"] for day in series] == [False] * 6 + [True]


async def test_failures(rest: Rest) -> None:
    told = await rest.told("/failures?days=60")
    names = ("totalFailed", "expiredCount", "transactionCount", "failureRate")
    assert [told[name] for name in names] == [3, 1, 11, 36.36]  # 4 of 11
    assert told["commonReasons"] == [
        {"reason": "Timeout", "code": "TIMEOUT", "count": 2, "percentage": 66.67},
        {
            "reason": "Insufficient confirmations",
            "code": "INSUFFICIENT_CONFIRMATIONS",
            "count": 1,
            "percentage": 33.33,
        },
    ]
    assert [(hour["hour"], hour["label"], hour["count"]) for hour in told["failuresByHour"] if hour["count"]] == [
        (10, "10 AM", 1),
        (11, "11 AM", 2),
    ]
    assert len(told["failuresByHour"]) == 24
    assert told["retryPatterns"] == {
        "averageRetries": 1,
        "retriedPayments": 1,
        "successfulRetries": 1,
        "failedRetries": 0,
        "openRetries": 0,
        "recoveryRate": 25,
        "recoveredRevenue": 0.00000007,
    }


async def test_webhook_metrics(rest: Rest) -> None:
    told = await rest.told("/webhook-metrics?days=30")
    by_type = {each["eventType"]: each for each in told.pop("byEventType")}
    assert {name: (each["totalDeliveries"], each["totalAttempts"]) for name, each in by_type.items()} == {
        "payment.failed": (1, 2),
        "payment.settled": (2, 2),
    }
    assert [each["endpoint"] for each in told.pop("byEndpoint")] == ["https://shop.example/hook"]
    assert told.pop("p95DeliveryTime") - 240 <= 2.4
    assert told == {
        "totalDeliveries": 3,
        "successfulDeliveries": 2,
        "failedDeliveries": 0,
        "pendingDeliveries": 1,
        "successRate": 100,
        "totalAttempts": 4,
        "firstTryRate": 50,
        "averageDeliveryTime": 180,
    }


async def test_latency(rest: Rest) -> None:
    told = await rest.told("/latency?days=7")
    assert told.pop("average") == 50_000
    exact = {"median": 50_000, "p95": 75_000, "p99": 75_000}
    assert set(told) == set(exact)
    assert all(abs(told[name] - value) <= 0.01 * value for name, value in exact.items())


async def test_overview(rest: Rest) -> None:
    told = await rest.told("/overview?period=30d")
    assert told.pop("comparison")["revenue"]["previous"] == 0.10000007
    assert [each["resource"] for each in told.pop("topResources")] == ["/maps", "/tiles"]
    assert told == {
        "totalRevenue": 21000002.75000003,
        "netRevenue": 21000002.74000003,
        "totalTransactions": 8,
        "successfulTransactions": 5,
        "failedTransactions": 2,
        "expiredTransactions": 1,
        "successRate": 62.5,
        "averageValue": 4200000.55000001,
        "uniquePayers": 3,
    }


async def test_revenue(rest: Rest) -> None:
    told = await rest.told("/revenue?startDate=2026-05-12&interval=day")
    assert (told["timezone"], told["interval"]) == ("Europe/Berlin", "day")
    assert told["total"] == {
        "revenue": 21000002.75000003,
        "refunds": 0,
        "fees": 0.01,
        "netRevenue": 21000002.74000003,
        "transactionCount": 8,
        "successfulCount": 5,
        "averageValue": 4200000.55000001,
    }
    names = ("date", "revenue", "transactionCount", "successfulCount")
    assert [tuple(day[name] for name in names) for day in told["series"]] == [
        ("2026-05-12", 1.5, 2, 2),
        ("2026-05-13", 21000001.25000003, 6, 3),
    ]
    months = await rest.told("/revenue?startDate=2026-04-01&interval=month")
    assert [(month["date"], month["revenue"]) for month in months["series"]] == [
        ("2026-04-01", 0.1),
        ("2026-05-01", 21000002.75000003),
    ]
    april = await rest.told("/revenue?startDate=2026-04-01&endDate=2026-04-30&interval=month")
    assert april["total"]["revenue"] == 0.1
    hours = await rest.told("/revenue?period=3h&interval=hour")
    assert [(hour["start"][11:13], hour["revenue"]) for hour in hours["series"]] == [
        ("09", 21000000.00000003),
        ("10", 0),
        ("11", 0),
    ]
    instants = await rest.told("/revenue?startDate=2026-05-12T20:00:00Z&endDate=2026-05-13T10:01:15%2B02:00")
    assert instants["total"]["revenue"] == 0.5  # half-open: the payment of the last instant is not in it


async def test_transactions(rest: Rest) -> None:
    async def groups(by: str) -> list[tuple[str, int, int, float]]:
        told = await rest.told(f"/transactions?groupBy={by}&period=7d")
        assert not any(group["rest"] for group in told)
        names = ("key", "transactionCount", "successfulCount", "revenue")
        return [tuple(group[name] for name in names) for group in told]

    assert await groups("status") == [("settled", 5, 5, 21000002.75000003), ("failed", 2, 0, 0), ("expired", 1, 0, 0)]
    assert await groups("method") == [("transparent", 5, 4, 2.75000003), ("shielded", 2, 1, BIG), (None, 1, 0, 0)]
    assert await groups("resource") == [
        ("/maps", 4, 3, 21000002.25),
        ("/tiles", 2, 2, 0.50000003),
        (None, 2, 0, 0),
    ]
    assert (await groups("day"))[-2:] == [("2026-05-12", 2, 2, 1.5), ("2026-05-13", 6, 3, 21000001.25000003)]
    first = (await rest.told("/transactions?groupBy=status&period=7d"))[0]
    assert (first["averageValue"], first["percentage"]) == (4200000.55000001, 62.5)


async def test_top_resources(rest: Rest) -> None:
    assert await rest.told("/top-resources?limit=1") == [
        {
            "resource": "/maps",
            "revenue": 21000002.25,
            "successfulCount": 3,
            "accessCount": 3,
            "conversionRate": 50,
        }
    ]


async def test_payment_methods(rest: Rest) -> None:
    assert await rest.told("/payment-methods?period=30d") == [
        {
            "method": method,
            "transactionCount": count,
            "successfulCount": settled,
            "revenue": revenue,
            "percentage": percentage,
            "successRate": rate,
        }
        for method, count, settled, revenue, percentage, rate in (
            ("transparent", 5, 4, 2.75000003, 80, 80),
            ("shielded", 2, 1, BIG, 20, 50),
            ("unknown", 1, 0, 0, 0, 0),
        )
    ]


async def test_customers(rest: Rest) -> None:
    told = await rest.told("/customers?period=month&limit=1")
    assert told.pop("topPayers") == [
        {
            "payer": "t1alice",
            "paymentCount": 2,
            "revenue": 2.25,
            "isNew": True,
            "lastPaymentAt": "2026-05-13T08:01:15.000000Z",
        }
    ]
    assert told == {
        "uniquePayers": 3,
        "newPayers": 3,
        "returningPayers": 0,
        "identifiedPayments": 4,
        "anonymousPayments": 1,
        "payerCoverage": 80,
        "averagePaymentsPerPayer": 1.33,
        "averageRevenuePerPayer": 0.91666668,
    }


async def test_all_routes_mean_the_same_by_a_transaction(rest: Rest) -> None:
    span = "startDate=2026-05-07"  # the seven days that end with the one of AT
    overview, revenue = await rest.told(f"/overview?{span}"), await rest.told(f"/revenue?{span}")
    success, failed = await rest.told("/success-rate?days=7"), await rest.told("/failures?days=7")
    told = {
        "overview": overview["totalTransactions"],
        "revenue": revenue["total"]["transactionCount"],
        "revenue by day": sum(day["transactionCount"] for day in revenue["series"]),
        "success rate": success["transactionCount"],
        "failures": failed["transactionCount"],
        "peak times": sum(hour["transactionCount"] for hour in await rest.told("/peak-times?days=7")),
    }
    settled = {
        "overview": overview["successfulTransactions"],
        "revenue": revenue["total"]["successfulCount"],
        "success rate": success["successfulCount"],
        "top resources": sum(each["successfulCount"] for each in await rest.told(f"/top-resources?{span}")),
    }
    for name in ("transactions", "payment-methods"):
        groups = await rest.told(f"/{name}?{span}")
        told[name] = sum(each["transactionCount"] for each in groups)
        settled[name] = sum(each["successfulCount"] for each in groups)
    assert set(told.values()) == {8}, told
    assert set(settled.values()) == {5}, settled
