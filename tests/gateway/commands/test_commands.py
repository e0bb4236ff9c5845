"""The command line, run as its user runs it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.__main__ import COMMANDS
from gateway.auth import Authenticator
from gateway.commands.failures import told_plainly
from jobs import ledger
from jobs.contract import JobName
from resolvers.api_keys import read_key
from resolvers.context import Principal
from resolvers.errors import Unauthenticated
from sql import Database, Q
from sql.rows import ApiKey
from tests.gateway.commands.conftest import Run
from tests.resolvers.conftest import desk_of

SECRET = "correct horse battery staple, and more"


async def keys(database: Database) -> list[ApiKey]:
    return await database.fetch(Q.api_keys_after, after="", page_size=10, merchant_id=None)


def test_help_tells_every_command(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if f" {name} " not in done.stdout] == []


def test_version(run: Run) -> None:
    assert run("--version").stdout == "0.1.0\n"


def test_a_wrong_variable_is_one_line_that_hides_its_value(run: Run) -> None:
    done = run("migrate", Z402_PORT="hunter2")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: Z402_PORT: a whole number from 1 to 65535 is wanted\n"


def test_a_database_that_is_away_is_one_line_that_hides_the_url(run: Run) -> None:
    done = run("migrate", Z402_DATABASE_URL="postgresql://user:hunter2@127.0.0.1:1/z402")
    assert done.returncode == 1
    assert done.stderr == (
        "error: the database cannot be reached (ConnectionRefusedError): is Z402_DATABASE_URL right?\n"
    )


async def test_a_file_that_cannot_be_written_is_told_as_one(run: Run, database: Database, database_url: str) -> None:
    await desk_of(database).merchants("shop")
    done = run("report", "shop", "2026-05", "-o", "/no/such/x.html", Z402_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "error: /no/such/x.html cannot be written: No such file or directory"


def test_what_the_disk_says_is_not_taken_for_the_database(capsys: pytest.CaptureFixture[str]) -> None:
    for error in (FileNotFoundError(2, "No such file", "/x"), OSError(28, "No space left"), OSError("odd")):
        with pytest.raises(SystemExit), told_plainly():
            raise error
    assert capsys.readouterr().err == "error: /x: No such file\nerror: No space left\nerror: odd\n"


async def test_migrate_can_be_repeated(run: Run, empty_database_url: str) -> None:
    first = run("migrate", Z402_DATABASE_URL=empty_database_url)
    assert first.returncode == 0
    assert "Applied 0001_merchants_and_keys\n" in first.stdout
    again = run("migrate", Z402_DATABASE_URL=empty_database_url)
    assert again.returncode == 0
    assert again.stdout.splitlines()[1:] == ["The database is up to date."]


async def test_a_token_is_what_the_gateway_takes(run: Run, database: Database) -> None:
    authenticator = Authenticator(database, SECRET)
    admin = run("token", Z402_JWT_SECRET=SECRET).stdout.strip()
    principal = await authenticator.principal_of(admin)
    assert (principal.merchant_id, principal.scopes) == (None, frozenset({"admin"}))
    assert principal.expires_at is not None
    assert timedelta(hours=23) < principal.expires_at - datetime.now(UTC) <= timedelta(hours=24)

    scopes = ["--scope", "analytics:read", "--scope", "events:write", "--subject", "me", "--hours", "1"]
    bound = run("token", "shop", *scopes, Z402_JWT_SECRET=SECRET).stdout.strip()
    principal = await authenticator.principal_of(bound)
    assert principal.expires_at is not None
    assert principal == Principal("me", "shop", frozenset({"analytics:read", "events:write"}), principal.expires_at)
    assert principal.expires_at - datetime.now(UTC) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["token", "shop", "--scope", "root"], "root is none of"),
        (["token", "no shop"], "that is no merchant id"),
        (["token", "shop", "--hours", "0"], "0.01"),
    ],
)
def test_a_token_that_cannot_be_is_refused(arguments: list[str], told: str, run: Run) -> None:
    done = run(*arguments, Z402_JWT_SECRET=SECRET)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_without_a_secret_there_is_no_token(run: Run) -> None:
    done = run("token", Z402_DATABASE_URL="postgresql://db/z402")
    assert (done.returncode, done.stderr) == (1, "error: Z402_JWT_SECRET: is needed to sign tokens\n")


def test_a_database_of_our_own_comes_with_a_secret_that_lasts(run: Run, tmp_path: Path) -> None:
    first, second = (run("token", Z402_DATA_DIR=str(tmp_path / "data")) for _ in range(2))
    assert first.returncode == second.returncode == 0
    secret = tmp_path / "data" / "jwt-secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text()) == 64
    assert [path.name for path in secret.parent.iterdir()] == ["jwt-secret"]


async def test_a_key_is_made_listed_and_ended(run: Run, database: Database, database_url: str) -> None:
    made = run(
        "key", "create", "for the shop", "--scope", "events:write", "--days", "2", Z402_DATABASE_URL=database_url
    )
    parts = read_key(made.stdout.strip())
    assert parts is not None
    [row] = await keys(database)
    assert (row.key_id, row.digest, row.name) == (parts.key_id, parts.digest, "for the shop")
    assert (row.merchant_id, list(row.scopes), row.revoked_at) == (None, ["events:write"], None)
    assert row.expires_at is not None
    assert timedelta(days=1) < row.expires_at - datetime.now(UTC) <= timedelta(days=2)

    listed = run("key", "list", Z402_DATABASE_URL=database_url)
    assert f"{parts.key_id}  for the shop  -         events:write  valid until" in listed.stdout

    ended = run("key", "revoke", parts.key_id, Z402_DATABASE_URL=database_url)
    assert ended.stdout.startswith(f"{parts.key_id} (for the shop) revoked ")
    with pytest.raises(Unauthenticated, match="was revoked"):
        await Authenticator(database, None).principal_of(made.stdout.strip())


async def test_a_key_of_a_merchant_that_is_not_there_is_refused(
    run: Run, database: Database, database_url: str
) -> None:
    done = run("key", "create", "x", "--merchant", "nobody", Z402_DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (1, "error: there is no merchant nobody\n")
    assert await keys(database) == []
    done = run("key", "revoke", "0" * 16, Z402_DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (1, "error: there is no key 0000000000000000\n")


def test_schema_prints_what_is_committed(run: Run) -> None:
    done = run("schema")
    assert done.stdout == (Path(__file__).parents[3] / "resolvers" / "schema.graphql").read_text()


async def test_doctor_says_by_its_status_how_things_are(
    run: Run, database: Database, database_url: str, empty_database_url: str
) -> None:
    healthy = {"Z402_DATABASE_URL": database_url, "Z402_JWT_SECRET": SECRET}
    no_worker = run("doctor", **healthy)
    assert no_worker.returncode == 1
    assert "no refresh has run yet" in no_worker.stdout
    assert "up to date" in no_worker.stdout

    now = datetime.now(UTC)
    job, soon = JobName.REFRESH_AGGREGATES, now + timedelta(minutes=1)
    await database.execute(
        Q.tell_schedule, job=job.value, schedule="every minute", next_start=now, next_end=soon, next_due_at=soon
    )
    run_id = await ledger.request(database, job, now - timedelta(minutes=1), now)
    [queued] = await ledger.queue(database, 1, timedelta(minutes=1))
    begun = await ledger.begin(database, run_id, queued.token, "a test", timedelta(minutes=1))
    assert begun is not None
    async with database.acquire() as connection:
        await ledger.complete(connection, begun, 0)
    assert run("doctor", **healthy).returncode == 0

    odd = run("doctor", **healthy, Z402_DATABSE_URL="hunter2")
    assert odd.returncode == 1
    assert "Z402_DATABSE_URL is set and means nothing" in odd.stdout
    assert "hunter2" not in odd.stdout

    assert run("doctor", **healthy, Z402_REDIS_URL="redis://127.0.0.1:1").returncode == 1

    empty = run("doctor", **(healthy | {"Z402_DATABASE_URL": empty_database_url}))
    assert empty.returncode == 2
    assert "run `z402-analytics migrate`" in empty.stdout

    away = run("doctor", **(healthy | {"Z402_DATABASE_URL": "postgresql://user:hunter2@127.0.0.1:1/z402"}))
    assert away.returncode == 2
    assert "cannot be reached (ConnectionRefusedError)" in away.stdout
    assert "hunter2" not in away.stdout
