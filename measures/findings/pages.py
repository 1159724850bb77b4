"""Findings as pages show them: what each means, what it blocks, and what was said to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from cat4.wording import listed
from measures.constants import OverlapResolution
from measures.models import Finding

from .policies import may_settle_finding
from .selectors.lines import FindingLine

_MEANINGS = {
    "overlap": "Both may count the same money. No euro counts twice.",
    "above_baseline": "More is to be saved than is booked today. Correct the plan or the baseline.",
    "account_above_baseline": "Together more is claimed than is booked on the account. Correct a plan or a baseline.",
    "enabler_and_effect": "The same effect is counted at its enabler and where it arrives. Make one of them soft.",
    "effect_before_milestone": "Money arrives before the work that brings it is done.",
    "fte_without_cost": "Leaving and moving people costs something once.",
    "no_account": "Without an account nobody finds the effect in the ledger, or a second claim on it.",
    "ends_before_start": "The effect ends before it begins. Correct its months.",
    "currency_without_reason": "The entity that books the effect has another currency. Write the reason on the line.",
    "cumulative_actuals": "Sums since the start would count every month several times.",
    "rate_missing": "Until the administrator sets the rate, the money can't be compared.",
}
_TITLES = {
    "overlap": "Overlap",
    "account_above_baseline": "Account above its baselines",
    "enabler_and_effect": "Enabler and effect",
    "above_baseline": "Above the baseline",
    "effect_before_milestone": "Effect before its milestone",
    "fte_without_cost": "Headcount without cost",
    "no_account": "No account",
    "ends_before_start": "Ends before its start",
    "currency_without_reason": "Other currency",
    "cumulative_actuals": "Sums instead of months",
    "rate_missing": "Missing rate",
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in words, beside whether the reader may settle it. `said` is empty while nothing was said to it."""

    line: FindingLine
    title: str
    meaning: str
    blocks: str
    said: str
    may_settle: Verdict


def titles() -> list[tuple[str, str]]:
    """Code and words of each kind of finding, for filters."""
    return list(_TITLES.items())


def finding_rows(actor: Actor, lines: Iterable[FindingLine]) -> list[FindingRow]:
    """A row per finding, in their order."""
    return [finding_row(actor, line) for line in lines]


def finding_row(actor: Actor, line: FindingLine) -> FindingRow:
    """One of them."""
    row = line.row
    blocked = ngettext("Gate %s", "Gates %s", len(row.blocked_gates)) % listed(map(str, row.blocked_gates))
    return FindingRow(
        line=line,
        title=_TITLES.get(row.code, row.code),
        meaning=_MEANINGS.get(row.code, ""),
        blocks=blocked,
        said=_said(row),
        may_settle=may_settle_finding(actor, row),
    )


def _said(row: Finding) -> str:
    """`Split: M-1 keeps 60 percent, M-2 the rest`; empty while nothing was said."""
    here, there = row.measure.code, row.other_measure.code if row.other_measure else ""
    words = {
        OverlapResolution.MERGE: f"Merged: {there} carries the value of {here}",
        OverlapResolution.SPLIT: f"Split: {here} keeps {row.percent or 0:.0f} percent, {there} the rest",
        OverlapResolution.SEQUENTIAL: f"In sequence: {here} starts where {there} ends",
        OverlapResolution.NONE: "No money is counted twice",
        OverlapResolution.EXPLAINED: "Explained",
    }
    return words[OverlapResolution(row.resolution)] if row.resolution else ""
