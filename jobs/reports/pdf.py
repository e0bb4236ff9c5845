"""A page as PDF, made by WeasyPrint: tagged, with its own fonts, and the same bytes from the same page."""

import asyncio
from pathlib import Path

TEMPLATES = Path(__file__).parent.parent / "templates"
LACKING = "PDF needs the Pango library: install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."


class PdfUnavailable(Exception):
    """The machine lacks the libraries that draw text; the message says which to install."""


async def pdf(html: str) -> bytes:
    """Return a page as PDF; raise PdfUnavailable. It takes a second or two of a thread, not of the event loop."""
    return await asyncio.to_thread(_write, html)


def _write(html: str) -> bytes:
    try:
        # Imported when first needed: it looks for Pango as it is imported, and most processes never make a PDF.
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PdfUnavailable(LACKING) from error
    fonts = FontConfiguration()
    style = CSS(filename=TEMPLATES / "fonts.css", font_config=fonts)
    document = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=_nothing_from_outside)
    written: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return written


def _nothing_from_outside(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a report holds all it needs, and asks for {url[:200]}")
