"""The one place where a committee's decision is written, from a meeting or a circulation (domain section 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid
from cat4.tenancy.context import current_organization_id
from governance.constants import Verb
from governance.gates.selectors.kept import measure_to_keep
from governance.numbering import next_number
from governance.parties.rules import ALONE, Mandate, resolved_by_circulation, resolved_in_meeting
from governance.parties.selectors.places import require_nowhere_else
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization

from ..constants import PENDING_CONDITIONS
from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation, CommitteeDecision, Condition
from ..notices import tell_condition_asked
from ..papers import choices_of
from ..rules import Electorate, carries, tally
from ..selectors.subjects import Subject
from .applying import Resolution, apply_resolution

_MOST_CONDITIONS = 20


class NotCarried(Conflict):
    """The quorum is missing, or the votes are: nothing was decided, and they can be taken again."""


@dataclass(frozen=True, slots=True)
class ConditionAsk:
    """A condition as it came in."""

    text: str
    due_on: date | None
    responsible_id: UUID | None


@dataclass(frozen=True, slots=True)
class Terms:
    """A condition that was checked."""

    text: str
    due_on: date
    responsible_id: UUID


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where it is decided: the committee, who could vote, and the votes by member; one of item and circulation."""

    committee: Committee
    voters: Electorate
    votes: Mapping[UUID, str]
    item: AgendaItem | None = None
    circulation: Circulation | None = None

    @property
    def mandate(self) -> Mandate:
        """What whoever carries it out acts on."""
        if self.circulation is not None:
            return resolved_by_circulation(self.circulation.pk)
        return resolved_in_meeting(self.item.pk) if self.item is not None else ALONE


def check_conditions(asked: Iterable[ConditionAsk], problems: Problems) -> list[Terms]:
    """Conditions with clean texts: each has a day from today on and a person."""
    today, active = clock.today(organization().time_zone), active_member_ids(current_organization_id())
    clean = []
    for number, ask in enumerate(asked):
        prefix = f"conditions.{number}"
        text = checks.text(problems, f"{prefix}.text", ask.text, required=True)
        due_on, responsible_id = ask.due_on, ask.responsible_id
        if due_on is None or due_on < today:
            problems.add(f"{prefix}.due_on", "Enter a day from today on.")
        if responsible_id is None or responsible_id not in active:
            problems.add(f"{prefix}.responsible_id", "Choose an active member.")
        if due_on is not None and responsible_id is not None:
            clean.append(Terms(text, due_on, responsible_id))
    if len(clean) > _MOST_CONDITIONS:
        problems.add("conditions", f"At most {_MOST_CONDITIONS} conditions.")
    return clean


def check_outcome(subject: Subject, outcome: str) -> None:
    """Whether the outcome exists for the subject, and may be decided while something is missing.

    Raises:
        Invalid: on `outcome`, or by what is missing.
    """
    if outcome not in subject.outcomes:
        raise Invalid({"outcome": f"Choose one of: {', '.join(subject.outcomes.values())}."})
    if subject.missing and outcome not in subject.harmless:
        raise Invalid({"": ["The papers are incomplete, so it can only be returned.", *subject.missing]})


def check_carried(sitting: Sitting) -> None:
    """Whether enough were there and the majority is for it.

    Raises:
        NotCarried: the quorum is missing, or the votes are; `current` tells the count.
    """
    voters, votes = sitting.voters, tally(sitting.votes.values())
    if not voters.has_quorum:
        raise NotCarried(f"The quorum is missing: {voters.in_words}. Nothing can be decided.", current=_count(sitting))
    if not carries(votes, len(voters.entitled), sitting.committee.majority):
        rule = sitting.committee.get_majority_display().lower()
        raise NotCarried(f"Not carried: {votes.in_words}. It takes {rule}.", current=_count(sitting))


def _count(sitting: Sitting) -> dict[str, object]:
    voters = sitting.voters
    return {
        "entitled": len(voters.entitled),
        "present": len(voters.present),
        "needed": voters.needed,
        **asdict(tally(sitting.votes.values())),
    }


def resolve(
    actor: Actor,
    sitting: Sitting,
    subject: Subject,
    resolution: Resolution,
    *,
    conditions: Iterable[ConditionAsk] = (),
    supersedes_id: UUID | None = None,
    effective_on: date | None = None,
) -> CommitteeDecision:
    """Check, carry out, write the decision with its conditions. The caller holds the lock of item or circulation.

    Raises:
        NotAllowed, Conflict, Invalid: nothing is written then.
    """
    problems = Problems()
    reason = checks.text(problems, "reason", resolution.reason, required=True)
    asked = check_conditions(conditions, problems)
    problems.stop_if_any()
    check_outcome(subject, resolution.outcome)
    check_carried(sitting)
    superseded = _superseded(subject, supersedes_id)
    require_nowhere_else(subject.kind, subject.id, sitting.mandate)
    resolution = Resolution(resolution.outcome, reason, resolution.details, sitting.mandate)
    kept = measure_to_keep(subject.measure) if subject.measure else {}
    carried = apply_resolution(actor, subject, resolution)
    decision = CommitteeDecision.objects.create(
        number=carried.number or next_number(),
        committee=sitting.committee,
        item=sitting.item,
        circulation=sitting.circulation,
        subject_kind=subject.kind,
        subject_id=subject.id,
        measure=subject.measure,
        gate_decision=carried.gate_decision,
        title=subject.title,
        outcome=resolution.outcome,
        outcome_label=subject.outcomes[resolution.outcome],
        reason=reason,
        recommendation=subject.recommendation,
        settles=list(carried.settles),
        options=_options(subject),
        votes=_votes(sitting),
        quorum=_count(sitting),
        kept=kept,
        effective_on=effective_on or clock.today(organization().time_zone),
        supersedes=superseded,
        decided_by_id=actor.user_id,
        decided_at=clock.now(),
    )
    for condition in _write_conditions(decision, asked):
        tell_condition_asked(condition)
    _lift(superseded, decision)
    _tell(actor, decision)
    return decision


def _options(subject: Subject) -> list[dict[str, Any]]:
    """What each outcome would have changed, in the words that were to choose from."""
    choices = choices_of(subject, organization().currency)
    return [
        {"label": choice.label, "facts": choice.facts, "text": choice.text, "is_chosen": choice.is_chosen}
        for choice in choices
    ]


def _votes(sitting: Sitting) -> list[dict[str, str]]:
    """Every entitled member: who voted how, who stood in, who was away; then who had no vote, and why."""
    voted = [
        {
            "member": seat.name,
            "vote": sitting.votes.get(seat.member_id, "") if seat.is_present else "",
            "by": seat.proxy,
            "note": "" if seat.is_present else "absent",
        }
        for seat in sitting.voters.entitled
    ]
    return [
        *voted,
        *(
            {"member": conflict.name, "vote": "", "by": "", "note": conflict.sentence}
            for conflict in sitting.voters.conflicts
        ),
    ]


def _superseded(subject: Subject, supersedes_id: UUID | None) -> CommitteeDecision | None:
    """The decision that this one takes the place of: of the same measure or committee, and not superseded yet."""
    if supersedes_id is None:
        return None
    old = CommitteeDecision.objects.filter(pk=supersedes_id, superseded_by__isnull=True).first()
    same = old is not None and (
        old.measure_id == subject.measure.pk if subject.measure else old.committee_id == subject.committee_id
    )
    if old is None or not same:
        raise Invalid({"supersedes_id": "Choose a decision on the same matter that is still in force."})
    return old


def _write_conditions(decision: CommitteeDecision, asked: list[Terms]) -> list[Condition]:
    return Condition.objects.bulk_create(
        Condition(
            decision=decision,
            committee=decision.committee,
            measure=decision.measure,
            text=ask.text,
            due_on=ask.due_on,
            responsible_id=ask.responsible_id,
            created_at=decision.decided_at,
        )
        for ask in asked
    )


def _lift(superseded: CommitteeDecision | None, by: CommitteeDecision) -> None:
    """What a superseded decision still asked for is asked no more."""
    if superseded is None:
        return
    for condition in superseded.conditions.select_for_update().filter(state__in=PENDING_CONDITIONS):
        condition.lift()
        condition.answer, condition.answered_at = f"Superseded by decision {by.number}.", by.decided_at
        condition.save(update_fields=["state", "answer", "answered_at"])


def _tell(actor: Actor, decision: CommitteeDecision) -> None:
    where = "in a meeting" if decision.item_id else "by circulation"
    change: dict[str, Any] = {
        "number": decision.number,
        "outcome": decision.outcome,
        "votes": decision.votes,
        "quorum": decision.quorum,
        "effective_on": decision.effective_on,
        "settles": decision.settles,
        "supersedes": decision.supersedes.number if decision.supersedes else None,
        "conditions": list(decision.conditions.values("text", "due_on", "responsible__name")),
    }
    summary = (
        f"recorded decision {decision.number} of {decision.committee.name}, {where}: "
        f"{decision.title}, {decision.outcome_label.lower()}"
    )
    record(
        actor, Verb.COMMITTEE_DECIDED, decision, summary=summary, change=change, reason=decision.reason,
        measure_id=decision.measure_id, ledger=True,
    )  # fmt: skip
