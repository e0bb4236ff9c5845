"""Files in the folder of exports: there whole, or not there."""

import asyncio
from pathlib import Path

import pytest

from jobs.exports.files import whole_file


async def test_a_file_appears_whole_or_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    async with whole_file(path) as file:
        await file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"

    async def fails() -> None:
        async with whole_file(path) as again:
            await again.write(b"half")
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await fails()
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"new"]
