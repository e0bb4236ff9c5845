"""`kill -9` of a worker in each phase of a file, and another worker after it: one whole file, and nothing else."""

from dataclasses import replace
from pathlib import Path

from jobs.contract import JobName
from tests.factories import settled
from tests.jobs.exports.conftest import Shop, may
from tests.jobs.exports.test_making import Workshop
from tests.jobs.killing import NEVER, Case, kill_worker, rows_of, work


async def test_a_file_whose_worker_is_killed_is_made_again_and_there_once(
    shop: Shop, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    await shop.tell([settled(f"p{n}", f"2026-05-{1 + n % 28:02}T00:00:{n % 60:02}", n) for n in range(300)])
    workshop = Workshop(shop, tmp_path / "exports")
    whole = await shop.file(may())
    case = Case(database_url, redis_url, tmp_path, JobName.MAKE_EXPORT, NEVER)

    async def one(dies_at: int) -> tuple[bool, int]:
        export_id = await workshop.request()
        killed = await kill_worker(replace(case, dies_at=dies_at))
        if killed:
            await work(case, rows_of(case.job, counting=False))
        row = await workshop.row(export_id)
        assert (row.state, row.rows_done, row.size_bytes) == ("done", 300, len(whole))
        assert workshop.files() == [row.stored_as], "nothing is left of the attempt that died"
        assert (workshop.folder / (row.stored_as or "")).read_bytes() == whole
        (workshop.folder / (row.stored_as or "")).unlink()
        return killed, row.attempt

    assert await one(NEVER) == (False, 1)
    steps = int(case.counted.read_text())
    assert steps > 10
    found = [await one(point) for point in range(0, steps, 2)]
    assert sum(killed for killed, _ in found) >= len(found) - 1
    assert {attempt for _, attempt in found} == {1, 2}
