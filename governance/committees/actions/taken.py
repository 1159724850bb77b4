"""What a decision keeps of what was decided, in words: the option, money and dates before and after, people.

Minutes stand alone: what stands here is kept with the decision and never read from the measure again.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cat4.accounts.selectors import people
from cat4.web import formats
from governance.changes.pages import summary_of
from governance.changes.selectors.proposals import proposal_of
from governance.constants import Outcome
from governance.deviations.constants import DeviationOutcome
from governance.gates.pages.choices import Choice
from hierarchy.organization.selectors import organization
from measures.constants import PLANNED_GATES
from measures.models import Measure
from measures.status.selectors.totals import totals_map

from ..papers import choice_taken
from ..selectors.subjects import Subject
from .applying import Carried, Resolution

Words = dict[str, str]
_WITH_GAP = frozenset({Outcome.CANCEL.value, DeviationOutcome.ACCEPT.value, DeviationOutcome.CANCEL.value})
_DAYS = {"due_on": "Changed plan by", "wait_until": "Waits until"}


def money_and_dates(subject: Subject) -> Words:
    """The measure's money and dates as they are now, by term; nothing of what has no measure."""
    if subject.measure is None:
        return {}
    with formats.as_read_in(organization()):
        return {**_money(subject.measure), **_dates(subject.measure.pk)}


def _money(measure: Measure) -> Words:
    """As the ways to decide state it: what is expected, before a forecast what is planned."""
    totals, currency = totals_map([measure.pk]).get(measure.pk), organization().currency
    if totals is None:
        return {}
    return {
        f"Run-rate, k{currency}": formats.thousands(totals.forecast_run_rate or totals.plan_run_rate),
        f"In year, k{currency}": formats.thousands(totals.fac_in_year or totals.plan_in_year),
    }


def _dates(measure_id: UUID) -> Words:
    measure = Measure.objects.get(pk=measure_id)
    dates = {f"DoI {doi.value} planned": getattr(measure, name) for name, doi in PLANNED_GATES.items()}
    dates["Work resumes"] = measure.resume_on
    return {term: formats.day(day) for term, day in dates.items() if day is not None}


def option_taken(subject: Subject, resolution: Resolution) -> Choice | None:
    """The option as it stands before it is carried out; None of what has no measure."""
    if subject.measure is None:
        return None
    home = organization()
    with formats.as_read_in(home):
        return choice_taken(subject, resolution.outcome, resolution.details, home.currency)


def taken_words(
    subject: Subject, resolution: Resolution, carried: Carried, before: Words, option: Choice | None
) -> dict[str, Any]:
    """The option that was taken with its facts, what changed from `before`, who owns the gap, what compensates.

    Money after is what the option states; where it states none, as it was before. The caller carried it out.
    """
    if subject.measure is None:
        return {}
    home = organization()
    with formats.as_read_in(home):
        after = before | _dates(subject.measure.pk) | dict(option.facts if option else ())
        planned = _planned(subject, home.currency) if resolution.outcome == Outcome.CHANGE else []
        days = [(_DAYS[name], text) for name, text in resolution.details.items() if name in _DAYS and text]
    return {
        "option": option.label if option else "",
        "text": option.text if option else "",
        "changes": [
            *({"term": term, "before": before.get(term, ""), "after": text} for term, text in after.items()),
            *planned,
        ],
        "days": [{"term": term, "day": day} for term, day in days],
        "gap_owner": _gap_owner(subject, resolution),
        "compensates": carried.follows,
    }


def _planned(subject: Subject, currency: str) -> list[Words]:
    """What a changed plan does to the money, by fiscal year."""
    proposal = proposal_of(subject.request) if subject.request else None
    if proposal is None or subject.measure is None:
        return []
    rows = summary_of(subject.measure, proposal).rows
    return [
        {
            "term": f"{row.label}, {row.year.lower()}, k{currency}",
            "before": formats.thousands(row.before),
            "after": formats.thousands(row.after),
        }
        for row in rows
    ]


def _gap_owner(subject: Subject, resolution: Resolution) -> str:
    """Named with the decision, else by the request that it grants."""
    if resolution.outcome not in _WITH_GAP:
        return ""
    given: Mapping[str, str] = resolution.details
    named = given.get("gap_owner_id") or (subject.request.gap_owner_id if subject.request else None)
    if not named:
        return ""
    person_id = UUID(str(named))
    person = people({person_id}).get(person_id)
    return person.name if person else ""
