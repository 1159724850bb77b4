"""The vocabulary of notices. A kind is dotted: its first part is the group by which people filter and mute."""

from enum import StrEnum

GROUPS = {
    "gate": "Gates and decisions",
    "forecast": "Forecasts",
    "actuals": "Actuals",
    "baseline": "Baselines",
    "ripple": "Moved dates",
    "enabler": "Enablers",
    "handoff": "Hand-overs",
    "override": "Overrides",
    "deviation": "Deviations",
    "committee": "Committees",
    "meeting": "Meetings",
    "circulation": "Circulations",
    "period": "Months",
    "evidence": "Evidence",
    "closure": "Closures",
    "sustain": "Sustain checks",
    "member": "People and successors",
}

# Approvals that wait for the recipient, and escalations: nobody can switch them off, only their mail.
MANDATORY = frozenset(
    {
        "gate.approval_asked",
        "gate.approval_lapsed",
        "gate.decision_asked",
        "baseline.approval_asked",
        "actuals.validation_asked",
        "actuals.correction_entered",
        "ripple.answer_asked",
        "ripple.answer_due",
        "enabler.fell",
        "enabler.answer_due",
        "handoff.acceptance_asked",
        "forecast.escalated",
        "member.successor_named",
        "member.access_ends",
        "member.deputy_named",
        "member.principal_told",
        "member.lead_named",
        "circulation.vote_asked",
        "committee.condition_asked",
        "committee.condition_due",
        "deviation.cause_due",
        "deviation.sponsor_told",
        "deviation.unit_told",
        "deviation.escalated",
        "deviation.task",
        "deviation.opened",
    }
)


class MailMode(StrEnum):
    """When a person's notices are mailed, by organization."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


def group_of(kind: str) -> str:
    """`gate` of `gate.decided`."""
    return kind.partition(".")[0]
