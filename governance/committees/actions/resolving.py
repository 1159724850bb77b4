"""The one place where a committee's decision is written, from a meeting or a circulation (domain section 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
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

from ..constants import PENDING_CONDITIONS, MotionOutcome, VoteResult
from ..models.meetings import AgendaItem
from ..models.resolutions import Circulation, CommitteeDecision, Condition
from ..notices import tell_condition_asked
from ..papers import choices_of
from ..rules import Count, Electorate, count
from ..selectors.subjects import Subject
from .applying import Resolution, apply_resolution
from .taken import money_and_dates, option_taken, taken_words

_MOST_CONDITIONS = 20


class NotCarried(Conflict):
    """The quorum is missing, or nobody voted: nothing was decided, and no vote was taken."""


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
    """Where it is decided: the committee, who could vote, and the votes by member; one of item and circulation.

    `comments` are what members said with their votes, `casting_id` whose vote decides a tie, `again` why it is voted
    on again after a vote that was not carried.
    """

    committee: Committee
    voters: Electorate
    votes: Mapping[UUID, str]
    item: AgendaItem | None = None
    circulation: Circulation | None = None
    comments: Mapping[UUID, str] = field(default_factory=dict)
    casting_id: UUID | None = None
    again: str = ""

    @property
    def counted(self) -> Count:
        """What came of the votes."""
        return count(self.votes, len(self.voters.entitled), self.committee.majority, self.casting_id)

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


def check_voted(sitting: Sitting) -> None:
    """Whether enough were there, and anybody voted.

    Raises:
        NotCarried: the quorum is missing, or every vote is; `current` tells the count.
    """
    voters = sitting.voters
    if not voters.has_quorum:
        said = f"The quorum is missing: {voters.in_words}. Nothing can be decided."
        raise NotCarried(said, current=quorum_of(sitting))
    if not sitting.votes:
        raise NotCarried("Nobody has voted on this yet. Enter the votes.", current=quorum_of(sitting))


def quorum_of(sitting: Sitting) -> dict[str, object]:
    """How many could vote, took part and voted how; with whose casting vote, where it took one."""
    voters, counted = sitting.voters, sitting.counted
    casting = voters.seat_of(sitting.casting_id) if counted.by_casting_vote and sitting.casting_id else None
    return {
        "entitled": len(voters.entitled),
        "present": len(voters.present),
        "needed": voters.needed,
        **asdict(counted.tally),
        **({"casting_vote": casting.name} if casting else {}),
    }


def loses_motion(subject: Subject, sitting: Sitting) -> bool:
    """Whether a meeting voted a motion down, which decides it; a tie doesn't."""
    return subject.motion is not None and sitting.item is not None and sitting.counted.result == VoteResult.LOST


def result_in_words(subject: Subject, sitting: Sitting) -> str:
    """`Motion lost: 1 for, 3 against, 0 abstained.`, `Not carried: ...`, `Tied: ...`."""
    counted, rule = sitting.counted, sitting.committee.get_majority_display().lower()
    if counted.result == VoteResult.TIED:
        return f"Tied: {counted.tally.in_words}. It takes {rule}."
    what = "Motion lost" if subject.motion is not None else "Not carried"
    casting = " By the casting vote of who presides." if counted.by_casting_vote else ""
    return f"{what}: {counted.tally.in_words}. It takes {rule}.{casting}"


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
    """Carry out what was carried, or decline a motion that was lost in a meeting; write the decision.

    The caller holds the lock of item or circulation, and keeps other votes that are not carried.

    Raises:
        NotAllowed, Conflict, Invalid: nothing is written then.
    """
    problems = Problems()
    reason = checks.text(problems, "reason", resolution.reason, required=True)
    asked = check_conditions(conditions, problems)
    problems.stop_if_any()
    is_lost = _is_lost(sitting, subject, resolution.outcome)
    superseded = None if is_lost else _superseded(subject, supersedes_id)
    require_nowhere_else(subject.kind, subject.id, sitting.mandate)
    resolution = Resolution(resolution.outcome, reason, resolution.details, sitting.mandate)
    before = money_and_dates(subject)
    options, taken = _options(subject), option_taken(subject, resolution)
    kept = measure_to_keep(subject.measure) if subject.measure else {}
    carried = apply_resolution(actor, subject, resolution)
    outcome, label = _decided(subject, resolution.outcome, is_lost)
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
        outcome=outcome,
        outcome_label=label,
        reason=reason,
        again=sitting.again,
        recommendation=subject.recommendation,
        options=options,
        taken=taken_words(subject, resolution, carried, before, taken),
        settles=list(carried.settles),
        votes=votes_of(sitting),
        quorum=quorum_of(sitting),
        kept=kept,
        effective_on=effective_on or clock.today(organization().time_zone),
        supersedes=superseded,
        decided_by_id=actor.user_id,
        decided_at=clock.now(),
    )
    _set_conditions(decision, [] if is_lost else asked)
    _lift(superseded, decision)
    _tell(actor, decision)
    return decision


def _decided(subject: Subject, outcome: str, is_lost: bool) -> tuple[str, str]:
    """What is decided, and in which words: a motion that was lost is declined."""
    if is_lost:
        return MotionOutcome.DECLINED.value, str(MotionOutcome.DECLINED.label)
    return outcome, subject.outcomes[outcome]


def _is_lost(sitting: Sitting, subject: Subject, outcome: str) -> bool:
    """Whether a motion was lost rather than carried; nothing else is decided without being carried."""
    check_outcome(subject, outcome)
    check_voted(sitting)
    is_lost = loses_motion(subject, sitting)
    if sitting.counted.result != VoteResult.CARRIED and not is_lost:
        raise NotCarried(result_in_words(subject, sitting), current=quorum_of(sitting))
    return is_lost


def _options(subject: Subject) -> list[dict[str, Any]]:
    """What each outcome would have changed, in the words that were to choose from, before it is carried out."""
    choices = choices_of(subject, organization().currency)
    return [
        {"label": choice.label, "facts": choice.facts, "text": choice.text, "is_chosen": choice.is_chosen}
        for choice in choices
    ]


def votes_of(sitting: Sitting) -> list[dict[str, str]]:
    """Every entitled member: who voted how, in which words, who stood in, who was away; then who had no vote, and why.

    `comment` is there only where something was said.
    """
    voted = [
        {
            "member": seat.name,
            "vote": sitting.votes.get(seat.member_id, "") if seat.is_present else "",
            "by": seat.proxy,
            "note": "" if seat.is_present else "absent",
            **_said(sitting, seat.member_id),
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


def _said(sitting: Sitting, member_id: UUID) -> dict[str, str]:
    said = sitting.comments.get(member_id, "") if member_id in sitting.votes else ""
    return {"comment": said} if said else {}


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


def _set_conditions(decision: CommitteeDecision, asked: list[Terms]) -> None:
    """Write what the decision asks for, and tell who has to see to it."""
    conditions = Condition.objects.bulk_create(
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
    for condition in conditions:
        tell_condition_asked(condition)


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
        "again": decision.again,
        "taken": decision.taken,
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
