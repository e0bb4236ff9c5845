"""What the settings leave open is filled in: servers, and a secret that lasts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.provision import kept_secret, provisioned, signing_secret
from gateway.settings import SettingsError, load

URLS = {"Z402_DATABASE_URL": "postgresql://db/z402", "Z402_REDIS_URL": "redis://cache"}


def test_settings_with_both_urls_start_nothing(tmp_path: Path) -> None:
    settings = load(URLS | {"Z402_DATA_DIR": str(tmp_path / "data")})
    with provisioned(settings) as ready:
        assert ready == settings
    assert not (tmp_path / "data").exists()


def test_a_database_of_ones_own_needs_a_secret_of_ones_own() -> None:
    with pytest.raises(SettingsError, match="Z402_JWT_SECRET: is needed"):
        signing_secret(load(URLS))
    assert signing_secret(load(URLS | {"Z402_JWT_SECRET": "s" * 32})) == "s" * 32


def test_of_many_processes_at_once_one_makes_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "data" / "jwt-secret"
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [path] * 32))
    assert secrets == {path.read_text()}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["jwt-secret"]
