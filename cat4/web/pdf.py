"""Draws text and rows on pages A4, with letters of our own: the same bytes for the same words.

A sheet is drawn from top to bottom; what a capability draws on it is its own.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
MARGIN = 14
WIDTH = 210 - 2 * MARGIN
_GREY, _INK, _LINE = (98, 104, 118), (22, 26, 36), (222, 225, 231)


class Sheet:
    """A document being drawn; `size` is of its text in points, `unit` the height of a line of it in millimetres.

    `made_at` is written into the file, so that it is of the facts and not of the moment of drawing.
    """

    def __init__(self, title: str, made_at: datetime, size: float = 8.5, *, numbered: bool = False) -> None:
        # Late: loading the library takes most of a second, and few requests draw.
        from fpdf import FPDF

        class Pages(FPDF):
            """Pages with their number at the foot, where there may be several."""

            def footer(self) -> None:
                if numbered:
                    self.set_y(-9)
                    self.set_font("Roboto", "", size * 0.88)
                    self.set_text_color(*_GREY)
                    self.cell(0, 4, f"{title}   {self.page_no()} / {{nb}}", align="L")

        self.size, self.unit = size, size * 0.48
        pdf = Pages(format="A4", unit="mm")
        pdf.set_margins(MARGIN, 12, MARGIN)
        pdf.set_auto_page_break(True, 14 if numbered else 10)
        for style, name in (("", "Regular"), ("B", "Bold")):
            pdf.add_font("Roboto", style, FONTS / f"Roboto-{name}.ttf")
        pdf.set_title(title)
        pdf.set_creation_date(made_at)
        pdf.add_page()
        self.pdf = pdf

    @property
    def pages(self) -> int:
        """How many pages it has so far."""
        return self.pdf.page_no()

    def content(self) -> bytes:
        """The file."""
        return bytes(self.pdf.output())

    def text(self, words: str, *, bold: bool = False, grey: bool = False, scale: float = 1.0, gap: float = 0.0) -> None:
        """A paragraph over the whole width."""
        self.pen(bold=bold, grey=grey, scale=scale)
        self.pdf.multi_cell(0, self.unit * scale, words, new_x="LMARGIN", new_y="NEXT", align="L")
        self.pdf.ln(gap)

    def heading(self, words: str) -> None:
        """A line that begins a part."""
        self.pdf.ln(self.unit * 0.55)
        self.text(words, bold=True, scale=1.12)

    def row(self, cells: Iterable[tuple[str, float, str]], *, bold: bool = False, grey: bool = False) -> None:
        """Cells of text, width in millimetres and alignment, with a hairline below."""
        self.pen(bold=bold, grey=grey)
        for words, width, align in cells:
            self.pdf.cell(width, self.unit * 1.15, self.fit(words, width), align=align)
        self.pdf.ln(self.unit * 1.15)
        self.pdf.set_draw_color(*_LINE)
        self.pdf.line(MARGIN, self.pdf.get_y(), MARGIN + WIDTH, self.pdf.get_y())

    def pen(self, *, bold: bool = False, grey: bool = False, scale: float = 1.0) -> None:
        """How the next words are written."""
        self.pdf.set_font("Roboto", "B" if bold else "", self.size * scale)
        self.pdf.set_text_color(*(_GREY if grey else _INK))

    def fit(self, words: str, width: float) -> str:
        """Cut to a cell, with an ellipsis."""
        if self.pdf.get_string_width(words) <= width - 1.2:
            return words
        while words and self.pdf.get_string_width(f"{words}…") > width - 1.2:
            words = words[:-1]
        return f"{words}…"
