"""Charts as inline SVG: no script, no text that only a chart holds, colours that the page's style may change.

Presentation attributes carry the colours of paper, so that a mail client or a PDF maker that knows no stylesheet of
ours still draws them; the classes let a dark page say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

PAPER, QUIET, LINE = "#ffffff", "#59636e", "#d9dee4"
MAIN, BEFORE, GOOD = "#8a5a00", "#8c959f", "#0b6b53"
WIDTH, LEFT, RIGHT, TOP, BOTTOM = 680.0, 56.0, 8.0, 12.0, 24.0


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the horizontal axis; None is a gap. `label` is what the axis says there, where it says anything."""

    label: str
    value: float | None
    before: float | None = None


def bars(title: str, points: Sequence[Point], height: float = 170.0) -> str:
    """Draw a bar per point, and the period before as a stepped line behind them."""
    top = nice([value for point in points for value in (point.value, point.before) if value is not None])
    frame = _Frame(height, 0.0, top, len(points))
    parts = [_grid(frame), _labels(frame, points)]
    wide = frame.step * 0.68
    for index, point in enumerate(points):
        if point.value:
            y = frame.y(point.value)
            parts.append(
                f'<rect class="main" fill="{MAIN}" x="{frame.x(index) - wide / 2:.1f}" y="{y:.1f}" '
                f'width="{wide:.1f}" height="{max(frame.floor - y, 0.8):.1f}" rx="1.5"/>'
            )
    for index, point in enumerate(points):
        if point.before:
            left, y = frame.x(index) - frame.step * 0.46, frame.y(point.before)
            path = f'fill="none" d="M{left:.1f} {y:.1f}h{frame.step * 0.92:.1f}"'
            # Paper around it: it crosses bars that are as dark.
            parts.append(f'<path class="halo" stroke="{PAPER}" stroke-width="5" {path}/>')
            parts.append(f'<path class="before" stroke="{BEFORE}" stroke-width="2" {path}/>')
    return _svg(title, height, parts)


def line(title: str, points: Sequence[Point], low: float, high: float, height: float = 132.0) -> str:
    """Draw a line with a dot per point and a gap where nothing was to be measured.

    The period before has no dots but where a point stands alone, between gaps.
    """
    frame = _Frame(height, low, high, len(points))
    parts = [_grid(frame), _labels(frame, points)]
    for values, name, colour, dots in (
        ([point.before for point in points], "before", BEFORE, False),
        ([point.value for point in points], "good", GOOD, True),
    ):
        path, pen = "", "M"
        for index, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            path += f"{pen}{frame.x(index):.1f} {frame.y(value):.1f}"
            pen = "L"
            if dots or _alone(values, index):
                place = f'cx="{frame.x(index):.1f}" cy="{frame.y(value):.1f}"'
                parts.append(f'<circle class="{name}" fill="{colour}" {place} r="2.2"/>')
        if path:
            parts.append(
                f'<path class="stroke {name}" stroke="{colour}" stroke-width="1.6" fill="none" '
                f'stroke-linejoin="round" d="{path}"/>'
            )
    return _svg(title, height, parts)


def _alone(values: Sequence[float | None], index: int) -> bool:
    """Tell whether a line to or from this value cannot be drawn."""
    near = (*values[max(index - 1, 0) : index], *values[index + 1 : index + 2])
    return all(value is None for value in near)


def heat(title: str, rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Draw a row of cells per weekday, a cell per hour, darker where there is more."""
    most = max((value for _, values in rows for value in values), default=0)
    cell, gap, left = 24.6, 2.0, LEFT
    parts = []
    for number, (name, values) in enumerate(rows):
        y = number * (cell * 0.78)
        parts.append(_text(left - 8, y + 13, name, "end"))
        for hour, value in enumerate(values):
            opacity = 0.06 + 0.94 * (value / most if most else 0.0)
            parts.append(
                f'<rect class="main" fill="{MAIN}" fill-opacity="{opacity:.3f}" rx="2" '
                f'x="{left + hour * (cell + gap / 2):.1f}" y="{y:.1f}" '
                f'width="{cell - gap:.1f}" height="{cell * 0.7:.1f}"/>'
            )
    height = len(rows) * (cell * 0.78) + 18
    middle = left + cell / 2 - 1
    parts += [_text(middle + hour * (cell + gap / 2), height - 5, f"{hour:02d}", "middle") for hour in range(0, 24, 3)]
    return _svg(title, height, parts)


def share_bar(parts: Sequence[tuple[str, float]]) -> str:
    """Draw one bar cut into shares of 1; what they are is written beside it."""
    x, drawn = 0.0, []
    for number, (_, value) in enumerate(parts):
        wide = WIDTH * value
        opacity = (1.0, 0.45, 0.2)[min(number, 2)]
        drawn.append(
            f'<rect class="main" fill="{MAIN}" fill-opacity="{opacity}" x="{x:.1f}" y="0" '
            f'width="{max(wide - 2, 0):.1f}" height="14" rx="3"/>'
        )
        x += wide
    title = ", ".join(f"{name} {value:.1%}" for name, value in parts)
    return _svg(title, 14, drawn)


def nice(values: Sequence[float]) -> float:
    """Return a round number at or above all values, for an axis that begins at 0."""
    most = max(values, default=0.0)
    if most <= 0:
        return 1.0
    power = 1.0
    while power > most:
        power /= 10
    while power * 10 <= most:
        power *= 10
    return next(power * factor for factor in (1, 2, 2.5, 4, 5, 10) if power * factor >= most)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a value lies."""

    height: float
    low: float
    high: float
    places: int

    @property
    def floor(self) -> float:
        return self.height - BOTTOM

    @property
    def step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(self.places, 1)

    def x(self, index: int) -> float:
        return LEFT + (index + 0.5) * self.step

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return self.floor - (value - self.low) / span * (self.floor - TOP)


def _grid(frame: _Frame) -> str:
    parts = []
    for quarter in range(5):
        value = frame.low + (frame.high - frame.low) * quarter / 4
        y = frame.y(value)
        parts.append(f'<path class="grid" stroke="{LINE}" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(_text(LEFT - 8, y + 3.5, f"{value:.4g}", "end"))
    return "".join(parts)


def _labels(frame: _Frame, points: Sequence[Point]) -> str:
    return "".join(
        _text(frame.x(index), frame.height - 8, point.label, "middle")
        for index, point in enumerate(points)
        if point.label
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text class="quiet" fill="{QUIET}" font-size="10" font-family="Inter, Arial, sans-serif" '
        f'text-anchor="{anchor}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
    )


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(title)} '
        f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="100%" preserveAspectRatio="xMidYMid meet">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
