"""A committee's rules of procedure: quorum, majority, cadence, escalation, circulation (domain section 13)."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from cat4 import checks
from cat4.checks import Problems
from hierarchy.constants import Cadence, CastingVote, CirculationEffect, Majority
from hierarchy.models import Committee

PROCEDURE = [
    "quorum_count",
    "quorum_percent",
    "majority",
    "casting_vote",
    "cadence",
    "cadence_weekday",
    "cadence_week",
    "cadence_from",
    "meets_at",
    "place",
    "escalation_id",
    "circulation_effect",
]
_CHOICES = {
    "majority": Majority,
    "casting_vote": CastingVote,
    "cadence": Cadence,
    "circulation_effect": CirculationEffect,
}
# From, to, and the sentence where a number lies outside.
_LIMITS = {
    "quorum_count": (1, 50, "Between 1 and 50 members, or empty for a share."),
    "quorum_percent": (1, 100, "A share between 1 and 100 percent."),
    "cadence_weekday": (0, 6, "Choose a weekday."),
    "cadence_week": (1, 5, "Choose the first to fourth, or the last of the month."),
}


def checked_procedure(committee: Committee, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The clean changes among the rules of procedure; a cadence comes with all that it needs.

    Raises:
        Invalid: by field, every mistake at once.
    """
    clean = {field: changes[field] for field in PROCEDURE if field in changes}
    problems = Problems()
    if "place" in clean:
        clean["place"] = checks.text(problems, "place", clean["place"], limit=200)
    for field, choices in _CHOICES.items():
        if field in clean and clean[field] not in choices.values:
            problems.add(field, "Choose one of the list.")
    for field, (least, most, sentence) in _LIMITS.items():
        value = clean.get(field)
        if value is None and field != "quorum_percent":
            continue
        if field in clean and not (isinstance(value, int) and least <= value <= most):
            problems.add(field, sentence)
    _check_escalation(problems, committee, clean)
    _check_cadence(problems, {field: clean.get(field, getattr(committee, field)) for field in PROCEDURE})
    problems.stop_if_any()
    return clean


def _check_escalation(problems: Problems, committee: Committee, clean: Mapping[str, Any]) -> None:
    above = clean.get("escalation_id")
    if above is None:
        return
    if above == committee.pk:
        problems.add("escalation_id", "A committee doesn't escalate to itself.")
    elif not Committee.objects.filter(pk=above, retired_at__isnull=True).exists():
        problems.add("escalation_id", "Choose a committee that is in use.")


def _check_cadence(problems: Problems, merged: Mapping[str, Any]) -> None:
    if merged["cadence"] == Cadence.NONE:
        return
    needed = {
        "cadence_weekday": "Choose the weekday of the meetings.",
        "cadence_from": "Enter the day from which the cadence counts.",
        "meets_at": "Enter the time of day.",
    }
    if merged["cadence"] in {Cadence.MONTHLY, Cadence.QUARTERLY}:
        needed["cadence_week"] = "Choose the first to fourth, or the last of the month."
    for field, sentence in needed.items():
        if merged[field] is None and field not in problems:
            problems.add(field, sentence)
    for field, kind in (("cadence_from", date), ("meets_at", time)):
        if merged[field] is not None and not isinstance(merged[field], kind) and field not in problems:
            problems.add(field, needed[field])
