"""`report` as a process of its own."""

import json
from pathlib import Path

from tests.factories import settled
from tests.gateway.commands.conftest import Run
from tests.jobs.exports.conftest import Shop
from tests.jobs.exports.conftest import shop as shop  # noqa: PLC0414 a fixture


async def test_a_report_is_made_anew_and_kept_where_events_came_late(
    shop: Shop, run: Run, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "may.json"

    def written(*options: str) -> int:
        done = run("report", "shop", "2026-05", "-o", str(path), *options, Z402_DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr
        return int(json.loads(path.read_bytes())["trends"]["total"]["settled"]["current"])

    await shop.tell([settled("p1", "2026-05-02T00:00:00", 5)])
    assert written("--anew") == 1
    await shop.tell([settled("p2", "2026-05-03T00:00:00", 7)])
    assert written() == 1, "it is as it was kept"
    assert written("--anew") == 2
    assert (written(), written("--version", "1")) == (2, 1)


async def test_what_is_not_over_or_was_kept_is_not_made_anew(
    shop: Shop, run: Run, database_url: str, tmp_path: Path
) -> None:
    cases = [
        (("2199-01", "--anew"), "it is not over yet"),
        (("2199-01",), "2199-01 has not begun; send a month that has."),
        (("2026-05-13",), "2026-05-13 is not the first day of one of the merchant's weeks; send 2026-05-11."),
        (("2026-05-13", "--anew"), "send 2026-05-11."),
        (("2026-05", "--version", "3"), "No version of 2026-05 was kept; leave version out"),
        (("2026-05", "--anew", "--version", "1"), "a version that was kept is not made anew"),
    ]
    for arguments, message in cases:
        done = run("report", "shop", *arguments, "-o", str(tmp_path / "x.json"), Z402_DATABASE_URL=database_url)
        assert done.returncode != 0
        assert message in " ".join(done.stderr.replace("\u2502", " ").split()), done.stderr
    assert list(tmp_path.iterdir()) == []
