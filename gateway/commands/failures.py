"""How a command tells that something expected went wrong: one line on standard error, status 1, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
import typer

from gateway.embedded import EmbeddedServersError
from gateway.settings import SettingsError
from sql.database import LOST, StoreUnavailable
from sql.migrate import MigrationError

UNREACHABLE: Final = "the database cannot be reached ({}): is Z402_DATABASE_URL right?"


class CommandError(Exception):
    """The command cannot do what was asked; the text is for whoever asked."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns expected failures into a line on standard error and exit status 1; others pass with their traceback."""
    try:
        yield
    except (CommandError, SettingsError, EmbeddedServersError, MigrationError) as error:
        reason = str(error)
    except asyncpg.InvalidPasswordError:
        reason = "Z402_DATABASE_URL: the database does not accept the user and password"
    except StoreUnavailable as error:
        reason = UNREACHABLE.format(error)
    except LOST as error:
        # Not the error's own text, which may hold the URL.
        reason = UNREACHABLE.format(type(error).__name__)
    except OSError as error:  # of a file: those of the database are told above
        reason = ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)
    else:
        return
    typer.secho(f"error: {reason}", fg=typer.colors.RED, err=True)
    raise SystemExit(1)
