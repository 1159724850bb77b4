"""Rows of a page beside what the reader may do with each."""

from cat4.accounts.actor import Actor
from cat4.errors import Verdict, denied
from measures.models import Baseline

from ..policies import may_approve_baseline


def baseline_verdicts(actor: Actor, baselines: list[Baseline]) -> list[tuple[Baseline, Verdict | None]]:
    """The newest proposal can be approved; older ones, and approved ones, only be read (None)."""
    return [
        (baseline, _verdict(actor, baseline) if index == 0 and not baseline.approved_by_id else None)
        for index, baseline in enumerate(baselines)
    ]


def _verdict(actor: Actor, baseline: Baseline) -> Verdict:
    if baseline.amount is None and baseline.type != "zero":
        return denied("The baseline has no amount yet. Ask for a proposal with one.")
    return may_approve_baseline(actor, baseline)
