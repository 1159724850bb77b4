"""What people read in a proof pack, made from its rows: index.html and README.txt.

The worker that builds a pack and verify.py make both the same way, so that neither can say anything else than the
rows. It lies in the pack beside verify.py; Python alone, 3.8 or newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import escape
from typing import Any

_READ_ME = """Proof pack of {organization}, {scope}

Begin with index.html: measures, decisions, closures with their amounts, and the evidence.

decisions.jsonl  each decision with the request it answers and the result of every rule as it was
approvals.jsonl  each confirmation given to a request
closures.jsonl   each signature under a closure, with claim, books, confirmation and reason by effect line
sustain.jsonl    each check whether the money lasts
evidence.jsonl   each document with its SHA-256, what it proves, and when each person first opened it
snapshots/       what each lock of a month kept: the measures, the tree, and the head whose hash is in the ledger
evidence/        the documents themselves, named by their SHA-256, where they were asked for
ledger.jsonl     the whole hash chain, one entry a line, exactly as it was hashed
manifest.json    what the pack covers, the SHA-256 of every file, and the head of the ledger

Each row says under "held" since when the ledger holds it, and in which entries. What happened before cat4 kept the
facts of an act in its entry was put into the ledger later, as it stood on that day: "since" is that day.

To verify it without cat4 and without a network, in this folder: python3 verify.py
It needs Python 3.8 or newer, and verify_pages.py beside it. It rebuilds every row from the ledger's entries.
A forged pack could bring a forged script: take verify.py and verify_pages.py from a pack that you trust.

Then compare two values. This pack ends at

  entry number  {entries}
  hash          {hash}

In cat4 open Ledger, and there the entry of this number: its hash has to be the same, letter by letter. Better still,
compare with a number and a hash that you noted from the page Ledger before the pack was asked for: the line of that
number in ledger.jsonl has to carry that hash. If they differ, the ledger was made anew, whatever the script says.
"""
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    ".n{text-align:right;white-space:nowrap}code{overflow-wrap:anywhere}"
)


def read_me(manifest: Any) -> str:
    """How the pack is read and verified, and which two values are compared with what."""
    head = manifest["ledger"]
    return _READ_ME.format(
        organization=manifest["organization"], scope=manifest["scope"], entries=head["entries"], hash=head["hash"]
    )


def file_of(document: Any) -> str:
    """Where a document lies in the pack: its hash, with the ending of its name so that it opens."""
    ending = document["file_name"].rpartition(".")[2].lower()
    known = ending.isalnum() and ending.isascii() and len(ending) <= 5
    return f"evidence/{document['sha256']}.{ending if known else 'bin'}"


def index_page(
    manifest: Any, decisions: Iterable[Any], closures: Iterable[Any], sustain: Iterable[Any], evidence: Iterable[Any]
) -> Iterator[str]:
    """The pack as a page, piece by piece: every row of it, shortened to what one looks for first."""
    title = escape(f"Proof pack of {manifest['organization']}, {manifest['scope']}")
    head = manifest["ledger"]
    yield f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>\n'
    yield f"<h1>{title}</h1>\n<p>Ledger up to entry {head['entries']}, <code>{head['hash']}</code>. "
    yield "README.txt says how to verify it.</p>\n"
    measures: dict[str, list[Any]] = {}
    heads = ["Number", "Measure", "Decision", "By", "On", "Why", "Held since"]
    yield from _table("Decisions", heads, (_decided(row, measures) for row in decisions))
    yield from _table("Measures", ["Code", "Name", "Decisions", "DoI after the last"], map(_measure, measures.values()))
    heads = ["Measure", "Signature", "By", "On", "Run-rate", "Line", "Claimed", "Validated", "Confirmed", "Why"]
    signed = (cells for signature in closures for cells in _signed(signature))
    yield from _table("Closures", [*heads, "Held since"], signed)
    heads = ["Measure", "Months after", "Outcome", "What was found", "Held since"]
    yield from _table("Sustain checks", heads, map(_checked, sustain))
    proofs = (_proved(document, manifest["with_files"]) for document in evidence)
    yield from _table("Evidence", ["Measure", "Document", "Proves", "By", "On", "SHA-256", "Held since"], proofs)


def _table(title: str, heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"<h2>{title}</h2>\n<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>\n"
    for cells in rows:
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</table>\n"


def _cell(value: Any) -> str:
    return f"<td>{escape(str(value))}</td>"


def _money(value: str) -> str:
    return f'<td class="n">{Decimal(value):,.2f}</td>'


def _since(row: Any) -> str:
    held = row["held"]
    return _cell(f"{held['since'][:10]}, entry {held['entries'][-1]}" if held else "no entry")


def _person(name: str, principal: str) -> str:
    return f"{name} for {principal}" if principal else name


def _decided(row: Any, measures: dict[str, list[Any]]) -> list[str]:
    measures.setdefault(row["measure_id"], []).append(row)
    who = _person(row["decided_by_name"], row["on_behalf_of_name"])
    what = f"{row['outcome']}, DoI {row['from_doi']} to {row['to_doi']}"
    measure = f"{row['measure_code']} {row['measure_name']}"
    return [*map(_cell, [row["number"], measure, what, who, row["decided_at"][:10], row["reason"]]), _since(row)]


def _measure(rows: list[Any]) -> list[str]:
    last = rows[-1]
    return list(map(_cell, [last["measure_code"], last["measure_name"], len(rows), last["to_doi"]]))


def _signed(row: Any) -> Iterator[list[str]]:
    """A line of the table for each line of the signature."""
    signed = [row["measure_code"], row["number"], row["person_name"], row["at"][:10]]
    first = [*map(_cell, signed), _money(row["run_rate"])]
    for line in row["lines"]:
        amounts = [_money(line[name]) for name in ("claimed", "validated", "confirmed")]
        yield [*first, _cell(f"{line['line']}, {line['currency']}"), *amounts, _cell(line["reason"]), _since(row)]


def _checked(row: Any) -> list[str]:
    return [*map(_cell, [row["measure_code"], row["months_after"], row["outcome"], row["sentence"]]), _since(row)]


def _proved(row: Any, with_files: bool) -> list[str]:
    name = escape(row["title"] + (" (withdrawn)" if row["withdrawn_at"] else ""))
    link = f'<td><a href="{escape(file_of(row))}">{name}</a></td>' if with_files else f"<td>{name}</td>"
    proves = ", ".join([*filter(None, [row["milestone"]]), *row["lines"]])
    cells = map(_cell, [proves, row["uploaded_by"], row["uploaded_at"][:10]])
    return [_cell(row["measure_code"]), link, *cells, f"<td><code>{escape(row['sha256'])}</code></td>", _since(row)]
