"""What committees supply: the conditions that shut a gate, where something is being decided, what waits for members."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cat4.accounts.actor import Actor
from cat4.notices.attachments import Attached, attaches
from cat4.waiting import Page, Waiting, waits
from cat4.wording import day_name
from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from governance.parties.constants import ResolutionKind
from governance.parties.selectors.places import Place, says_where
from governance.rules.facts import ConditionFact
from measures.models import Measure

from .actions.documents import MeetingFile, agenda_file, calendar_entry, entry_of, meeting_of, minutes_file
from .constants import CirculationState, ConditionState
from .models.meetings import AgendaItem
from .models.resolutions import Circulation
from .selectors.circulations import circulations_to_vote
from .selectors.conditions import conditions_to_answer, my_open_conditions, pending_of
from .selectors.places import being_decided


@says_where
def place_before_committee(subject_kind: str, subject_id: UUID) -> Place | None:
    """The circulation, or the item of an open meeting, in which something is being decided."""
    found = being_decided(subject_kind, subject_id)
    return _in_words(found) if found is not None else None


def _in_words(found: Circulation | AgendaItem) -> Place:
    """What decides, with its address within the organization."""
    if isinstance(found, Circulation):
        is_open = found.state == CirculationState.OPEN
        state = f"votes until {day_name(found.closes_on)}" if is_open else "carried, and to be confirmed"
        words = f"This is in circulation to {found.committee.name}, {state}."
        return Place(ResolutionKind.CIRCULATION, found.pk, words, _address("circulation", found.pk))
    words = f"This is before the open meeting of {found.meeting.committee.name}, item {found.position}."
    return Place(ResolutionKind.MEETING, found.pk, words, _address("meeting-item", found.meeting_id, found.pk))


def _address(name: str, *ids: UUID) -> str:
    return reverse(f"governance:{name}", urlconf=settings.ORGANIZATION_URLCONF, args=ids)


@supplies("conditions")
def pending_conditions(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """What earlier decisions ask for and nobody accepted as fulfilled yet."""
    facts = tuple(
        ConditionFact(
            condition.text,
            condition.due_on,
            condition.responsible.name,
            condition.decision.number,
            condition.state == ConditionState.FULFILLED,
        )
        for condition in pending_of(measure.pk)
    )
    return {"conditions": facts}


@waits("committees.vote", "vote", page=Page.COMMITTEES, count=lambda actor: circulations_to_vote(actor).count())
def votes(actor: Actor) -> Iterator[Waiting]:
    """Circulations without the person's vote."""
    for row in circulations_to_vote(actor):
        yield Waiting(row.pk, row.title, "governance:circulation", row.pk, due_on=row.closes_on)


@waits("committees.fulfil", "fulfil", count=lambda actor: my_open_conditions(actor).count())
def conditions(actor: Actor) -> Iterator[Waiting]:
    """Conditions for which the person is responsible."""
    for row in my_open_conditions(actor):
        yield Waiting(row.pk, row.text, "governance:condition", row.pk, due_on=row.due_on)


@waits("committees.accept", "accept", count=lambda actor: conditions_to_answer(actor).count())
def reported(actor: Actor) -> Iterator[Waiting]:
    """Conditions that somebody reported fulfilled where the person presides."""
    for row in conditions_to_answer(actor):
        yield Waiting(row.pk, row.text, "governance:condition", row.pk, due_on=row.due_on)


@attaches("meeting.changed")
def changed_meeting(facts: Mapping[str, Any], address: str) -> list[Attached]:
    """The calendar entry of a meeting that was called, moved or cancelled."""
    return [_entry(facts, address)] if "meeting_id" in facts else []


@attaches("meeting.papers")
def locked_papers(facts: Mapping[str, Any], address: str) -> list[Attached]:
    """The agenda with its papers, and the calendar entry: of a meeting by cadence it is the first."""
    meeting = meeting_of(facts)
    return [_file(agenda_file(meeting)), _entry(facts, address)] if meeting else []


@attaches("meeting.minutes_signed")
def minutes(facts: Mapping[str, Any], address: str) -> list[Attached]:
    """The minutes as they were signed."""
    meeting = meeting_of(facts)
    return [_file(minutes_file(meeting))] if meeting else []


def _file(made: MeetingFile) -> Attached:
    return Attached(made.name, made.content, made.content_type)


def _entry(facts: Mapping[str, Any], address: str) -> Attached:
    made = calendar_entry(facts, address)
    return Attached(made.name, made.content, made.content_type, {"method": entry_of(facts, address).method})
