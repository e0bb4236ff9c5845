"""Settings are read from the environment, checked, and never show a secret."""

import traceback
from pathlib import Path

import pytest

from gateway.settings import Retention, SettingsError, load, unknown_variables

SECRET = "correct horse battery staple, and more"


def test_nothing_set_means_own_servers_and_the_users_data_folder() -> None:
    settings = load({"XDG_DATA_HOME": "/data"})
    assert settings.database_url is None
    assert settings.redis_url is None
    assert settings.jwt_secret is None
    assert settings.data_dir == Path("/data/z402-analytics")
    assert (settings.host, settings.port) == ("127.0.0.1", 8402)
    assert settings.raw_retention == Retention(13)
    assert settings.log_level == "INFO"


def test_a_relative_data_home_is_ignored_as_its_specification_says() -> None:
    settings = load({"XDG_DATA_HOME": "data"})
    assert settings.data_dir == Path.home() / ".local" / "share" / "z402-analytics"


def test_every_variable_is_read() -> None:
    settings = load(
        {
            "Z402_DATA_DIR": "/data",
            "Z402_DATABASE_URL": "postgresql://z402@db:5432/z402",
            "Z402_REDIS_URL": "unix:///run/valkey.sock",
            "Z402_HOST": "::1",
            "Z402_PORT": "80",
            "Z402_JWT_SECRET": SECRET,
            "Z402_JWKS_URL": "https://id.example/keys",
            "Z402_JWKS_AUDIENCE": "z402",
            "Z402_RAW_RETENTION": "forever",
            "Z402_POOL_SIZE": "4",
            "Z402_ACQUIRE_TIMEOUT_MS": "5",
            "Z402_STATEMENT_TIMEOUT_MS": "6",
            "Z402_STATEMENT_CACHE_SIZE": "0",
            "Z402_ALLOWED_ORIGINS": "https://shop.example, http://localhost:5173/,*",
            "Z402_MAX_BODY_BYTES": "2048",
            "Z402_MAX_INGEST_BYTES": "4096",
            "Z402_LOG_LEVEL": "DEBUG",
        }
    )
    assert settings.data_dir == Path("/data")
    assert settings.database_url == "postgresql://z402@db:5432/z402"
    assert settings.redis_url == "unix:///run/valkey.sock"
    assert (settings.host, settings.port) == ("::1", 80)
    assert (settings.jwt_secret, settings.jwks_url) == (SECRET, "https://id.example/keys")
    assert settings.jwks_audience == "z402"
    assert settings.raw_retention == Retention(None)
    assert (settings.pool_size, settings.acquire_timeout_ms) == (4, 5)
    assert (settings.statement_timeout_ms, settings.statement_cache_size) == (6, 0)
    assert settings.allowed_origins == ("https://shop.example", "http://localhost:5173", "*")
    assert (settings.max_body_bytes, settings.max_ingest_bytes) == (2048, 4096)
    assert settings.log_level == "DEBUG"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({"Z402_PORT": "", "Z402_DATABASE_URL": ""}) == load({})


@pytest.mark.parametrize(
    ("text", "retention", "shown"),
    [
        ("13 months", Retention(13), "13 months"),
        ("1 month", Retention(1), "1 month"),
        ("24", Retention(24), "24 months"),
        ("forever", Retention(None), "forever"),
    ],
)
def test_retention_is_months_or_for_ever(text: str, retention: Retention, shown: str) -> None:
    assert load({"Z402_RAW_RETENTION": text}).raw_retention == retention
    assert str(retention) == shown


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("Z402_DATABASE_URL", "mysql://user:hunter2@db/z402"),
        ("Z402_DATABASE_URL", "postgresql://user:hunter2@db:99999/z402"),
        ("Z402_DATABASE_URL", "postgresql://user:hunter2@[db/z402"),
        ("Z402_DATABASE_URL", "postgresql://user:hunter2@db\u2100/z402"),
        ("Z402_REDIS_URL", "hunter2"),
        ("Z402_REDIS_URL", "redis://"),
        ("Z402_JWT_SECRET", "hunter2"),
        ("Z402_JWKS_URL", "ftp://hunter2"),
        ("Z402_JWKS_AUDIENCE", "hunter2 and more"),
        ("Z402_HOST", "hunter2 and more"),
        ("Z402_PORT", "0"),
        ("Z402_PORT", "65536"),
        ("Z402_PORT", "hunter2"),
        ("Z402_PORT", "-1"),
        ("Z402_PORT", "8_0"),
        ("Z402_PORT", "٨٤٠٢"),
        ("Z402_ALLOWED_ORIGINS", "hunter2"),
        ("Z402_ALLOWED_ORIGINS", "https://shop.example/hunter2"),
        ("Z402_RAW_RETENTION", "0 months"),
        ("Z402_RAW_RETENTION", "hunter2"),
        ("Z402_POOL_SIZE", "0"),
        ("Z402_LOG_LEVEL", "hunter2"),
        ("Z402_DATA_DIR", "~hunter2/data"),
    ],
)
def test_an_error_names_the_variable_and_hides_its_value(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({variable: value})
    assert caught.value.variable == variable
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    assert str(caught.value).startswith(f"{variable}: ")
    assert "wanted" in str(caught.value)
    assert "hunter2" not in shown


def test_secrets_are_not_in_the_repr() -> None:
    settings = load(
        {
            "Z402_DATABASE_URL": "postgresql://user:hunter2@db/z402",
            "Z402_REDIS_URL": "redis://:hunter2@cache",
            "Z402_JWT_SECRET": "hunter2" * 6,
        }
    )
    assert "hunter2" not in repr(settings)


def test_unknown_variables_are_told() -> None:
    environ = {"Z402_DATABSE_URL": "x", "Z402_PORT": "1", "Z402_TEST_DATABASE_URL": "y", "PATH": "/bin"}
    assert unknown_variables(environ) == ["Z402_DATABSE_URL"]
