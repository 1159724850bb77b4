"""Draws a closing protocol: one page A4, figures in columns, the same bytes for the same facts.

A protocol that is too long for a page is set smaller; what still doesn't fit is counted, and stands in the ledger.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cat4.web import formats
from cat4.web.pdf import WIDTH, Sheet

from .entries import EvidenceEntry, LineEntry, ProofEntry, Protocol

# Point sizes to try, from comfortable to just readable, then ever fewer rows of a table.
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_ROWS = (60, 30, 16, 8)


def protocol_pdf(protocol: Protocol) -> bytes:
    """The page as a file."""
    tries = [(size, _ROWS[0]) for size in _SIZES] + [(_SIZES[-1], rows) for rows in _ROWS[1:]]
    with formats.display(protocol.locale):
        for size, rows in tries:
            page = _draw(_cut(protocol, rows), size)
            if page.pages == 1:
                break
        return page.content()


def _cut(protocol: Protocol, rows: int) -> Protocol:
    """At most `rows` rows of each table; texts only as long as two lines."""
    cut = [replace(line, reason=_short(line.reason)) for line in protocol.lines]
    lines = _counted(cut, rows, LineEntry.counted)
    evidence = _counted(protocol.evidence, rows, lambda more: EvidenceEntry("", more, "in the ledger", "", "", ""))
    signed = tuple(replace(signature, comment=_short(signature.comment)) for signature in protocol.signatures)
    proofs = _counted(protocol.proofs, rows, ProofEntry.counted)
    return replace(protocol, lines=lines, evidence=evidence, proofs=proofs, signatures=signed)


def _short(text: str, limit: int = 240) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def _counted(entries: Sequence[Any], rows: int, more: Callable[[str], Any]) -> tuple[Any, ...]:
    if len(entries) <= rows:
        return tuple(entries)
    return (*entries[:rows], more(f"and {len(entries) - rows} more"))


def _draw(protocol: Protocol, size: float) -> Sheet:
    page = _Page(protocol, size)
    page.head()
    page.figures()
    page.lines()
    page.months()
    page.facts()
    page.proofs()
    page.evidence()
    page.signatures()
    page.foot()
    return page


class _Page(Sheet):
    """The page of a protocol."""

    def __init__(self, protocol: Protocol, size: float) -> None:
        super().__init__(f"Closing protocol {protocol.code}", protocol.signatures[-1].at, size)
        self.protocol = protocol

    def head(self) -> None:
        protocol = self.protocol
        self.text(f"{protocol.organization}. Closing protocol", grey=True)
        self.text(f"{protocol.code} {protocol.name}", bold=True, scale=1.75, gap=0.4)
        self.text(protocol.place, grey=True)
        self.text("   ".join(f"{label}: {name}" for label, name in protocol.people))
        closed = formats.day(protocol.closed_on)
        self.text(f"DoI 5, Closed on {closed} by decision {protocol.decision}. Amounts in {protocol.currency} at plan "
                  "rate unless a currency is named.", grey=True)  # fmt: skip

    def figures(self) -> None:
        """Run-rates of hard recurring EBITDA."""
        protocol, width = self.protocol, WIDTH / 5
        difference = formats.signed(protocol.confirmed - protocol.plan)
        pairs = [
            ("Run-rate, plan", formats.number(protocol.plan)), ("Claimed", formats.number(protocol.claimed)),
            ("Validated", formats.number(protocol.validated)), ("Confirmed", formats.number(protocol.confirmed)),
            ("Confirmed against plan", difference),
        ]  # fmt: skip
        self.pdf.ln(self.unit * 0.5)
        self.pen(grey=True)
        for label, _ in pairs:
            self.pdf.cell(width, self.unit, label)
        self.pdf.ln(self.unit)
        self.pen(bold=True, scale=1.5)
        for _, value in pairs:
            self.pdf.cell(width, self.unit * 1.6, value)
        self.pdf.ln(self.unit * 1.6)

    def lines(self) -> None:
        self.heading("Effect lines: what was claimed, what the books show, what was confirmed")
        widths = (50, 35, 11, 20, 20, 20, 20, 6)
        self.row(zip(("Line", "Kind", "", "Plan", "Claimed", "Validated", "Confirmed", ""), widths, "LLLRRRRL",
                     strict=True), grey=True)  # fmt: skip
        for line in self.protocol.lines:
            amounts = (line.plan, line.claimed, line.validated, line.confirmed)
            shown = [formats.number(amount) if line.currency else "" for amount in amounts]
            self.row(zip((line.name, line.kind, line.currency, *shown, ""), widths, "LLLRRRRL", strict=True))
            reasons = f"{formats.signed(line.confirmed - line.claimed)} against the claim: {line.reason}"
            said = reasons if line.reason and line.currency else ""
            proved = f"Evidence {line.evidence}." if line.evidence else ""
            if said or proved:
                self.text(f"{proved} {said}".strip(), grey=True)

    def months(self) -> None:
        if not self.protocol.months:
            return
        self.heading("Hard EBITDA by month")
        width = (WIDTH - 22) / 12
        shown = self.protocol.months
        self.row([("", 22, "L"), *((_short_month(month.month), width, "R") for month in shown)], grey=True)
        for label, values in (
            ("Plan", [month.plan for month in shown]),
            ("Validated", [month.validated for month in shown]),
        ):
            self.row([(label, 22, "L"), *((formats.number(value), width, "R") for value in values)])

    def facts(self) -> None:
        protocol = self.protocol
        spent = f"plan {formats.number(protocol.one_time_plan)}, validated {formats.number(protocol.one_time_actual)}"
        missing = ", ".join(f"{cause} {formats.signed(-amount)}" for cause, amount in protocol.leakage)
        self.heading("Baseline, one-time cost, deviations")
        self.text(f"Baseline: {protocol.baseline}.")
        self.text(f"One-time cost: {spent}.")
        said = missing or "none, the plan of every locked month arrived"
        self.text(f"Deviations from plan over all locked months, by cause: {said}. {protocol.residual}".rstrip())

    def proofs(self) -> None:
        if not self.protocol.proofs:
            return
        self.heading("Price, volume, exchange rate")
        widths = (58, 44, 14, 22, 22, 22)
        self.row(zip(("Line", "Months", "", "Price", "Volume", "FX"), widths, "LLLRRR", strict=True), grey=True)
        for proof in self.protocol.proofs:
            parts = [formats.signed(part) if proof.currency else "" for part in (proof.price, proof.volume, proof.fx)]
            self.row(zip((proof.line, proof.span, proof.currency, *parts), widths, "LLLRRR", strict=True))

    def evidence(self) -> None:
        self.heading("Evidence")
        for proof in self.protocol.evidence:
            unopened = f" Not opened by {proof.unopened_by}." if proof.unopened_by else ""
            named = f"{proof.mark}  {proof.title}, {proof.kind.lower()}. {proof.file_name}".strip(" .")
            self.text(f"{named}.{unopened}")
            if proof.sha256:
                self.text(f"SHA-256 {proof.sha256}", grey=True, scale=0.88)

    def signatures(self) -> None:
        self.heading("Signatures")
        at = partial(_moment, zone=self.protocol.time_zone)
        for signature in self.protocol.signatures:
            self.text(
                f"{signature.name}, {signature.role.lower()}, {at(signature.at)}, identity confirmed by password.",
                bold=True,
            )
            self.text(f"“{signature.comment}”")
        due = "; ".join(
            f"{check.months_after} months after, with the lock of {formats.month(check.due)}"
            for check in self.protocol.sustain
        )
        if due:
            needed = formats.number(self.protocol.sustain[0].needed)
            self.heading("Sustain checks")
            self.text(f"{due}. The run-rate holds from {needed} {self.protocol.currency} on.")

    def foot(self) -> None:
        self.pdf.ln(self.unit * 0.6)
        anchor = f" Ledger before this closure: {self.protocol.anchor}." if self.protocol.anchor else ""
        self.text(f"Written at the last signature; the SHA-256 of this file stands in the ledger with decision "
                  f"{self.protocol.decision}.{anchor}", grey=True, scale=0.88)  # fmt: skip


def _short_month(month: date) -> str:
    """`Sep 26`: twelve of them stand side by side."""
    return f"{formats.month(month).split()[0]} {month:%y}"


def _moment(value: Any, *, zone: str) -> str:
    local = value.astimezone(ZoneInfo(zone))
    return f"{formats.day(local.date())}, {local:%H:%M}"
