"""`python -m gateway.journey OUT_DIR`: writes the events and the merchants of the Complete Journey."""

import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console

from gateway.journey.convert import Journey, JourneyError, data_folder, read
from gateway.journey.write import Format, write_events, write_merchants

app = typer.Typer(add_completion=False)


@app.command()
def run(
    out_dir: Annotated[Path, typer.Argument(help="where to write events.* and merchants.ndjson")],
    form: Annotated[Format, typer.Option("--format", help="of the events")] = "ndjson",
    data: Annotated[Path | None, typer.Option(help="the package's data folder, if it is not installed here")] = None,
    zone: Annotated[str, typer.Option(help="the stores' zone: it decides what their days and months are")] = "UTC",
) -> None:
    """Turns the purchases into settled payments: stores are merchants, households payers, departments resources."""
    console, started = Console(), time.monotonic()
    try:
        ZoneInfo(zone)
        journey = read(data or data_folder())
    except (JourneyError, ZoneInfoNotFoundError, ValueError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    out_dir.mkdir(parents=True, exist_ok=True)
    events, merchants = out_dir / f"events.{form}", out_dir / "merchants.ndjson"
    write_merchants(journey.stores, zone, merchants)
    write_events(journey.events, events, form)
    console.print(_summary(journey), highlight=False)
    console.print(f"{events} and {merchants} written in {time.monotonic() - started:.1f} s", highlight=False)


def _summary(journey: Journey) -> str:
    return (
        f"{journey.lines:,} lines read, {journey.events.num_rows:,} settled events of {len(journey.stores)} stores\n"
        f"left out: {journey.negative:,} with a negative value, {journey.missing:,} without a value\n"
        f"kept: {journey.zero:,} of nothing (coupons, samples), {journey.rounded:,} rounded to the cent, "
        f"{journey.unknown_products:,} of a product with no department"
    )


if __name__ == "__main__":
    app()
