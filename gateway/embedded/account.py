"""Whom the servers run as: ourselves, or a system user of their own when we are root, which PostgreSQL refuses."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SYSTEM_USER: Final = "z402-embedded"


class AccountError(Exception):
    """No account could be had that the servers may run as, or a folder is not safe to use."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group by number."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, folder: Path) -> None:
        """Makes the folder this account's alone. Refuses one that belongs to somebody else.

        The folder may lie in a place that everybody can write to, so what is there already is not to be trusted.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid not in {self.uid, os.geteuid()}:
            raise AccountError(f"{folder} belongs to somebody else")
        if there.st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def server_account() -> Account:
    """Our own account, or the system user's, which is made at the first start by root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


def _add_system_user() -> None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise AccountError("PostgreSQL does not run as root and this machine has no useradd: start as another user")
    command = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 9}:  # 9: it exists by now; somebody else was faster
        raise AccountError(f"could not add the user {SYSTEM_USER}: {done.stderr.strip()}")


def open_the_way(account: Account, path: Path) -> None:
    """Lets another account pass through the folders above a path. They become passable, not readable."""
    if account.is_ours:
        return
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def open_programs(account: Account, folder: Path) -> None:
    """Lets another account read and run what a wheel brought, where a strict umask kept it from that."""
    if account.is_ours or folder.stat().st_mode & stat.S_IROTH:
        return
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
