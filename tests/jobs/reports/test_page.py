"""The page and the PDF: whole without the network, the same bytes each time, nothing taken for markup."""

import re
import zlib
from html.parser import HTMLParser

import msgspec
import pytest

from jobs.reports.collect import collect
from jobs.reports.kinds import Kind, Subject, subject
from jobs.reports.model import Report
from jobs.reports.page import Version, page
from jobs.reports.pdf import pdf
from tests.jobs.reports.conftest import ZONE
from tests.resolvers.conftest import Desk

FIRST = Version(1, "0" * 64)
VOID = {"meta", "br", "path", "rect", "circle"}


class Tags(HTMLParser):
    """Fails where a tag is not closed by its own; keeps names and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def unpacked(document: bytes) -> bytes:
    """All that a PDF's streams hold."""
    return b"".join(map(zlib.decompress, re.findall(rb"stream\n(x.*?)\nendstream", document, flags=re.DOTALL)))


def printed(html: str) -> list[list[str]]:
    """The words of each sheet of paper; needs `pango`."""
    from weasyprint import HTML  # looks for Pango as it is imported
    from weasyprint.formatting_structure.boxes import TextBox

    boxes = [sheet._page_box.descendants() for sheet in HTML(string=html).render().pages]
    return [" ".join(box.text for box in each if isinstance(box, TextBox)).split() for each in boxes]


@pytest.fixture
async def report(shop: Desk, october: Subject) -> Report:
    return (await collect(shop.executor, october)).report


async def test_the_page_asks_nobody_for_anything(report: Report) -> None:
    tags = Tags(page(report, FIRST)).seen
    assert not {"script", "link", "img", "iframe", "object", "form"} & {name for name, _ in tags}
    named = [(name, attributes) for name, attributes in tags if {"src", "href", "onclick", "onload"} & set(attributes)]
    assert named == []
    assert "url(" not in page(report, FIRST)


async def test_every_chart_has_a_name_and_every_table_its_headings(report: Report) -> None:
    tags = Tags(page(report, FIRST)).seen
    charts = [attributes for name, attributes in tags if name == "svg"]
    assert len(charts) == 4
    assert all(chart.get("role") == "img" and chart.get("aria-label") for chart in charts)
    assert all(attributes.get("scope") for name, attributes in tags if name == "th")


async def test_the_figures_stand_on_it_exactly(report: Report) -> None:
    html = page(report, FIRST)
    assert "40.0000078" in html  # 40 payments of 1 ZEC and 0 to 39 zatoshi
    assert "80.0 %" in html
    assert "October 2026" in html


@pytest.mark.usefixtures("pango")
async def test_the_same_data_give_the_same_bytes(report: Report) -> None:
    from weasyprint.text.ffi import harfbuzz_subset

    html = page(report, FIRST)
    assert page(report, FIRST) == html
    if harfbuzz_subset is None:
        pytest.skip("needs libharfbuzz-subset0: what cuts fonts down in its place writes the time into them")
    first, second = await pdf(html), await pdf(html)
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in unpacked(first)  # tagged, for those who hear it


async def test_nothing_from_outside_is_markup(report: Report) -> None:
    nasty = '</style><script>alert("1")</script>\\"; } body { display: none'
    resources = msgspec.structs.replace(
        report.resources,
        resources=[msgspec.structs.replace(row, resource=nasty) for row in report.resources.resources],
    )
    html = page(msgspec.structs.replace(report, name=nasty, resources=resources), FIRST)
    tags = Tags(html).seen
    assert "script" not in {name for name, _ in tags}
    [style] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert "alert" in style  # as the text at a page's foot ...
    assert "body { display" not in style  # ... and no rule of its own


@pytest.mark.usefixtures("pango")
async def test_on_paper_days_and_their_sum_stand_on_one_page(report: Report) -> None:
    pages = [" ".join(words) for words in printed(page(report, FIRST))]
    assert sum(text.count("Together") for text in pages) == 1
    [days] = [text for text in pages if "Together" in text]
    assert "Thu 1 Oct" in days
    assert "Sat 31 Oct" in days
    assert "made from data with" in days  # no last page with nothing but the footer


@pytest.mark.usefixtures("pango")
async def test_on_paper_no_sum_stands_below_a_part_of_its_rows(report: Report) -> None:
    days = [msgspec.structs.replace(day) for _ in range(3) for day in report.trends.series]
    longer = msgspec.structs.replace(report, trends=msgspec.structs.replace(report.trends, series=days))
    assert sum(words.count("Together") for words in printed(page(longer, FIRST))) == 1


async def test_money_has_its_points_below_each_other(report: Report) -> None:
    rows = re.findall(r"<tr><td>(?:Gross|Refunds|Fees).*?</tr>", page(report, FIRST))
    amounts = [re.findall(r"<td>([\d,]+\.\d+)</td>", row) for row in rows]
    assert len(amounts) == 4
    assert {len(amount.partition(".")[2]) for row in amounts for amount in row} == {7}
    assert all(len(row) == 2 for row in amounts)


async def test_a_month_of_nothing_can_be_drawn(shop: Desk) -> None:
    empty = (await collect(shop.executor, subject("shop", Kind.MONTHLY, "2025-02", ZONE))).report
    html = page(empty, FIRST)
    assert "No payment was decided." in html
    assert "nothing to compare with" in html
    assert "unchanged" in html
    assert "– ZEC" not in html
    assert "<svg" not in html  # no axes around nothing ...
    assert not re.search(r"<tbody>\s*</tbody>", html)  # ... and no headings above nothing
    assert "No attempt was decided on any day." in html
    assert "NaN" not in html
    assert "nan" not in re.findall(r'd="[^"]*"', html)


@pytest.mark.usefixtures("pango")
async def test_a_month_of_nothing_can_be_printed(shop: Desk) -> None:
    empty = (await collect(shop.executor, subject("shop", Kind.MONTHLY, "2025-02", ZONE))).report
    assert (await pdf(page(empty, FIRST))).startswith(b"%PDF-")
