"""The programs that read journals: each tells what lies on every account, or refuses the file."""

import csv
import io
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jobs.exports.spec import ExportFormat

#: What lies on each account, in ZEC.
Balances = dict[str, Decimal]

AMOUNT = re.compile(r"(-?[\d.]+(?:E-?\d+)?)\s+ZEC")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, f"{command[0]} refuses it: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert done.stderr == "", done.stderr[-2000:]
    return done.stdout


def _amount(text: str) -> Decimal:
    found = AMOUNT.search(text)
    return Decimal(found[1]) if found else Decimal(0)


def hledger(path: Path) -> Balances:
    """Check strictly, then add up."""
    _run("hledger", "-f", str(path), "check", "--strict", "ordereddates")
    table = _run("hledger", "-f", str(path), "bal", "-N", "-E", "--flat", "-O", "csv")
    return {row["account"]: _amount(row["balance"]) for row in csv.DictReader(io.StringIO(table))}


def ledger(path: Path) -> Balances:
    """Read all postings, with everything refused that was not declared or does not balance."""
    table = _run("ledger", "-f", str(path), "--pedantic", "reg", "--format", "%(account)\t%(quantity(amount))\n")
    found: Balances = defaultdict(Decimal)
    for line in table.splitlines():
        account, amount = line.split("\t")
        found[account] += Decimal(amount)
    return found


def beancount(path: Path) -> Balances:
    """Check, then ask."""
    _run("bean-check", str(path))
    query = "SELECT account, sum(position) AS total GROUP BY account ORDER BY account"
    table = _run("bean-query", "-f", "csv", str(path), query)
    return {row["account"].strip(): _amount(row["total"]) for row in csv.DictReader(io.StringIO(table))}


PROGRAMS: dict[ExportFormat, tuple[str, Callable[[Path], Balances]]] = {
    ExportFormat.HLEDGER: ("hledger", hledger),
    ExportFormat.LEDGER: ("ledger", ledger),
    ExportFormat.BEANCOUNT: ("bean-check", beancount),
}


def balances(form: ExportFormat, text: bytes, folder: Path) -> Balances:
    """Return what a program reads; skip the test where the machine has none."""
    program, read = PROGRAMS[form]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install hledger ledger beancount")
    path = folder / f"books.{form.value}"
    path.write_bytes(text)
    return {account: amount for account, amount in read(path).items() if amount}
