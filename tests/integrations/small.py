"""Hand-made files with the dirt of real ones, written byte by byte so that their encoding is certain."""

from pathlib import Path

from integrations.portfolios.mapping import Mapping, parse_mapping

FOLDER = Path(__file__).parent / "files"
HEADER = "number;project;department;category;aims;rating;rating;start;end;budget"
CLEAN = (
    "A-1;Harbour £ dredging;MOD;Ports;Deepen the fairway so that larger ships can call.;"
    "Amber;Green;2020-01-31;2027-06-30;£1,186.00"
)
VARIANT = "A-2;Quay crane;MoD ;Ports;Replace the two oldest cranes of the north quay.;;Red;2020-03-01;2026-12-31;33.5"
WITHHELD = "A-3;Radar;MOD;Systems;Exempt under Section 26;;;Exempt under Section 24;2028-01-01;Exempt under Section 43"


def mapping() -> Mapping:
    """The mapping of the small files."""
    return parse_mapping("portfolio", (FOLDER / "portfolio.toml").read_text())


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "cp1252") -> Path:
    """A file of these rows."""
    path = folder / "portfolio.csv"
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path
