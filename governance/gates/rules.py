"""Whose part in a measure keeps them from a word on it (domain sections 4 and 5).

Policies ask it of people, lists of what waits ask it of rows: both read it here.
"""

from governance.constants import ApprovalKind
from governance.rules.book import Entry
from governance.rules.constants import COMMITTEE_DECIDERS, DEFAULT_MANNERS, Approver, Decider

# Nobody decides on their own measure, or accepts its hand-over from themselves.
OWN_PARTS = ("owner", "sponsor")
# What the committee decides by its rules, whoever was given the right: the controller has advised on it.
ADVISED = frozenset(DEFAULT_MANNERS)
# Whose word each confirmation of the code is; a hand-over is accepted by the lead of the receiving unit.
CONFIRMED_BY: dict[str, str] = {
    ApprovalKind.SIZE_AND_TIMING: Approver.CONTROLLER.value,
    ApprovalKind.PLAN_CHANGE: Approver.CONTROLLER.value,
    ApprovalKind.SPONSOR: Approver.SPONSOR.value,
}


def barred_parts(step: str, decider: str, *, for_another: bool) -> tuple[str, ...]:
    """The parts in a measure with which nobody uses a right to decide a step.

    `for_another`: used as a deputy, whom the own parts bind as well as those of the one for whom they act.
    """
    if decider == Decider.SPONSOR:
        return ("owner", "controller") if for_another else ("owner",)
    if step in ADVISED or decider in COMMITTEE_DECIDERS:
        return (*OWN_PARTS, "controller")
    return OWN_PARTS


def confirming_part(entry: Entry) -> str:
    """Whose word a confirmation is: a part in the measure, or an approver of an own rule."""
    return entry.approver or Approver.OWNER if entry.is_own else CONFIRMED_BY[entry.approval]
