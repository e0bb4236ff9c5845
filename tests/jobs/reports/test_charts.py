"""What is drawn, and what is not."""

import re

from jobs.reports.charts import Point, bars, line


def test_no_bar_and_no_mark_of_nothing() -> None:
    drawn = bars("Revenue", [Point("1", 2.0, 1.0), Point("2", 0.0, 0.0), Point("3", None, None)])
    assert len(re.findall(r'class="main"', drawn)) == 1
    assert len(re.findall(r'class="before"', drawn)) == 1


def test_a_mark_stands_out_from_the_bar_that_it_crosses() -> None:
    drawn = bars("Revenue", [Point("1", 2.0, 1.0)])
    [halo] = re.findall(r'class="halo"[^>]* d="([^"]*)"', drawn)
    [mark] = re.findall(r'class="before"[^>]* d="([^"]*)"', drawn)
    assert halo == mark
    assert drawn.index("main") < drawn.index("halo") < drawn.index("before")


def test_a_value_between_gaps_is_a_dot_where_no_line_can_be() -> None:
    values = [50.0, None, 60.0, 70.0, None, 80.0]
    drawn = line("Success", [Point("", None, value) for value in values], 0.0, 100.0)
    assert len(re.findall(r'<circle class="before"', drawn)) == 2
    [path] = re.findall(r'class="stroke before"[^>]* d="([^"]*)"', drawn)
    assert (path.count("M"), path.count("L")) == (3, 1)
