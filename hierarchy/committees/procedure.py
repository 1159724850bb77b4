"""A committee's rules of procedure in words."""

from django.utils.translation import ngettext

from cat4.web import formats
from hierarchy.constants import Cadence
from hierarchy.models import Committee

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKS = ("First", "Second", "Third", "Fourth", "Last")


def procedure_pairs(committee: Committee) -> list[tuple[str, str]]:
    """Term and value, for the component `definitions`."""
    return [
        ("Meets", cadence_in_words(committee)),
        ("Place", committee.place or "Not set"),
        ("Quorum", quorum_in_words(committee)),
        ("Carried by", committee.get_majority_display()),
        ("On a tie decides", committee.get_casting_vote_display()),
        ("Escalates to", committee.escalation.name if committee.escalation else "Nobody"),
        ("A decision by circulation applies", committee.get_circulation_effect_display()),
    ]


def cadence_in_words(committee: Committee) -> str:
    """`Every month, third Thursday, 10:00, from 1 Jan 2026`."""
    if committee.cadence == Cadence.NONE or committee.cadence_weekday is None:
        return str(Cadence.NONE.label)
    week = f"{WEEKS[committee.cadence_week - 1].lower()} " if _has_week(committee) and committee.cadence_week else ""
    at = f"{committee.meets_at:%H:%M}" if committee.meets_at else ""
    when = f"{committee.get_cadence_display()}, {week}{WEEKDAYS[committee.cadence_weekday]}, {at}"
    return f"{when}, from {formats.day(committee.cadence_from)}"


def _has_week(committee: Committee) -> bool:
    return committee.cadence in {Cadence.MONTHLY, Cadence.QUARTERLY}


def quorum_in_words(committee: Committee) -> str:
    """`4 members` or `50% of those entitled`."""
    if committee.quorum_count is not None:
        return ngettext("%d member", "%d members", committee.quorum_count) % committee.quorum_count
    return f"{committee.quorum_percent}% of those entitled"
