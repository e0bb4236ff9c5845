"""One line a figure: ours, the floor, the ratio, and what was promised."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured pair. ``promise`` is the bound on the ratio: at most, or at least where higher is better."""

    name: str
    ours: float
    floor: float
    unit: str
    promise: float
    higher_is_better: bool = False

    @property
    def ratio(self) -> float:
        """Ours over the floor."""
        return self.ours / self.floor

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.ratio >= self.promise if self.higher_is_better else self.ratio <= self.promise


def show(figures: list[Figure]) -> bool:
    """Print the table; return whether every promise was kept."""
    table = Table("measure", "ours", "floor", "unit", "ratio", "promised", "")
    for figure in figures:
        bound = f"{'>=' if figure.higher_is_better else '<='} {figure.promise:g}"
        kept = "[green]kept[/]" if figure.kept else "[red]not kept[/]"
        numbers = (f"{figure.ours:,.2f}", f"{figure.floor:,.2f}", figure.unit, f"{figure.ratio:.2f}")
        table.add_row(figure.name, *numbers, bound, kept)
    Console(width=130).print(table)
    return all(figure.kept for figure in figures)
