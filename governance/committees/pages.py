"""A meeting as one person sees it: agenda, the chosen item with its decision, attendance and minutes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from governance.deviations.constants import DeviationOutcome
from governance.deviations.pages import deviation_choices
from governance.deviations.selectors.choices import deviation_consequences
from governance.gates.pages.choices import Choice
from governance.gates.selectors.kept import kept_figures
from governance.parties.constants import SubjectKind
from hierarchy.organization.selectors import organization
from measures.status.selectors.statuses import statuses_of
from measures.status.selectors.totals import totals_map

from .constants import OVER, MeetingState, Presence, VoteChoice, VoteResult
from .models.meetings import AgendaItem, Attendance, LostVote, Meeting, MeetingAgenda, MeetingVote
from .models.resolutions import CommitteeDecision
from .papers import Section, choices_of, seat_words, section_from, sections_of
from .policies import may_attach_paper, may_change_dates, may_prepare, may_preside, may_sign_minutes
from .rules import Electorate
from .selectors.agenda import Agenda, agenda_of
from .selectors.decisions import earlier_decisions
from .selectors.lost_votes import PastVote, past_vote, votes_not_carried
from .selectors.matters import Matter
from .selectors.meetings import hours_early, item_from, items_of, kept_agenda, meeting_notes, papers_lock_at, was_early
from .selectors.seats import attendance_of, electorate_at, seats_at
from .selectors.subject_papers import papers_on
from .selectors.subjects import Subject, load_subject

# The words of an item's tag by outcome, with its colour.
_KINDS = {"hold": "a", "cancel": "r", "return": "a", "declined": "a", "wait": "a"}
# While it waits: whether nothing is missing.
_WAITING = {True: ("Open", ""), False: ("Incomplete", "a")}


@dataclass(frozen=True)
class ItemLine:
    """A line of the agenda; `pk` is empty while the papers aren't locked. `is_ready`: open, and nothing is missing.

    `subject_kind` and `subject_id` name what is to be decided; by them the draft of an item is opened.
    """

    position: int
    title: str
    summary: str
    tag: str
    tag_kind: str
    missing: tuple[str, ...]
    pk: object = None
    subject_kind: str = ""
    subject_id: object = None
    is_ready: bool = False
    lost_votes: tuple[PastVote, ...] = ()


class MeetingPage:
    """Read once per page; every property is computed when first asked for."""

    def __init__(self, actor: Actor, meeting: Meeting) -> None:
        self.actor, self.meeting, self.committee = actor, meeting, meeting.committee

    @cached_property
    def kept(self) -> MeetingAgenda | None:
        return kept_agenda(self.meeting)

    @cached_property
    def live(self) -> Agenda | None:
        return None if self.kept or self.meeting.state == MeetingState.CANCELLED else agenda_of(self.meeting)

    @cached_property
    def items(self) -> list[AgendaItem]:
        return items_of(self.meeting) if self.kept else []

    @cached_property
    def sections(self) -> list[Section]:
        if self.kept:
            return [section_from(stored) for stored in self.kept.sections]
        return sections_of(self.live.opening, organization()) if self.live else []

    @cached_property
    def lines(self) -> list[ItemLine]:
        if self.kept:
            return [self._line(item) for item in self.items]
        subjects = enumerate(self.live.items, start=1) if self.live else ()
        return [self._expected(number, subject) for number, subject in subjects]

    @cached_property
    def late(self) -> list[Subject]:
        return self.live.late if self.live else []

    def draft(self, subject_id: UUID) -> AgendaItem | None:
        """An item as its paper stands before the papers lock; what came too late has no position yet."""
        coming = [*enumerate(self.live.items, start=1), *((0, late) for late in self.late)] if self.live else []
        found = next(((number, subject) for number, subject in coming if subject.id == subject_id), None)
        return item_from(self.meeting, *found) if found else None

    def _line(self, item: AgendaItem) -> ItemLine:
        decision, missing = getattr(item, "decision", None), tuple(item.missing)
        is_ready = decision is None and not self.is_over and not missing
        if decision is not None:
            tag, kind = decision.outcome_label, _KINDS.get(decision.outcome, "g")
        else:
            tag, kind = ("Moved on", "") if self.is_over else _WAITING[is_ready]
        lost = tuple(past_vote(vote) for vote in item.lost_votes.all())
        if decision is None and lost and not self.is_over:
            tag, kind = VoteResult(lost[-1].result).label, "a"
        return ItemLine(
            item.position, item.title, item.summary, tag, kind, missing, item.pk, item.subject_kind, item.subject_id,
            is_ready=is_ready, lost_votes=lost,
        )  # fmt: skip

    @staticmethod
    def _expected(number: int, subject: Subject) -> ItemLine:
        is_ready = not subject.missing
        tag, kind = _WAITING[is_ready]
        return ItemLine(
            number, subject.title, subject.summary, tag, kind, subject.missing, None, subject.kind.value, subject.id,
            is_ready=is_ready,
        )  # fmt: skip

    @property
    def items_with_votes(self) -> list[tuple[AgendaItem, tuple[PastVote, ...]]]:
        """Each item as locked, with its votes in this meeting that were not carried."""
        return list(zip(self.items, (line.lost_votes for line in self.lines), strict=True)) if self.kept else []

    @property
    def decided(self) -> int:
        return sum(hasattr(item, "decision") for item in self.items)

    @property
    def locks_at(self) -> Any:
        return papers_lock_at(self.meeting)

    @cached_property
    def attendance(self) -> list[Attendance]:
        return attendance_of(self.meeting)

    @cached_property
    def people(self) -> list[dict[str, str]]:
        """Who has a seat, how they take part, and the icon for it."""
        taken = {row.member_id: row for row in self.attendance}
        lines = []
        for seat in seats_at(self.meeting):
            row = taken.get(seat.member_id)
            here = row is not None and row.presence != Presence.ABSENT
            words = row.get_presence_display() if row else "Invited"
            note = f"by {seat.proxy}" if seat.proxy else ""
            icon = "clock" if row is None else "ok" if here else "no"
            lines.append(
                {"name": seat.name, "seat": seat_words(seat.role), "words": f"{words} {note}".strip(), "icon": icon}
            )
        return lines

    @cached_property
    def voters(self) -> Electorate:
        """Who may vote where no measure stands in the way."""
        return electorate_at(self.meeting, None)

    @property
    def is_running(self) -> bool:
        return bool(self.meeting.state == MeetingState.IN_SESSION)

    @property
    def is_planned(self) -> bool:
        return bool(self.meeting.state == MeetingState.PLANNED)

    @property
    def is_over(self) -> bool:
        return self.meeting.state in OVER

    @property
    def may_start(self) -> Verdict:
        may = may_preside(self.actor, self.committee)
        if may and (self.locks_at > clock.now() or self.starts_on > clock.today(organization().time_zone)):
            return Verdict(False, "It can be opened on its day.")
        return may

    @property
    def early(self) -> int:
        """How many hours before its time it would be opened now, or was."""
        return hours_early(self.meeting) or was_early(self.meeting)

    @property
    def starts_on(self) -> Any:
        return self.meeting.starts_at.astimezone(ZoneInfo(organization().time_zone)).date()

    @property
    def may_preside(self) -> Verdict:
        return may_preside(self.actor, self.committee, "record a decision")

    @property
    def may_prepare(self) -> Verdict:
        return may_prepare(self.actor, self.committee)

    @property
    def may_change_dates(self) -> Verdict:
        return may_change_dates(self.actor, self.committee)

    @property
    def may_sign(self) -> Verdict:
        return may_sign_minutes(self.actor, self.meeting)

    @property
    def notes(self) -> list[Any]:
        return meeting_notes(self.meeting)


class ItemView:
    """The chosen item: the subject as it is, who may vote on it, and what was decided.

    Once it is decided its money, statuses, proposal and options are those that the decision keeps.
    """

    def __init__(self, page: MeetingPage, item: AgendaItem) -> None:
        self.page, self.item = page, item
        self.subject = load_subject(item.subject_kind, item.subject_id)
        self.measure = self.subject.measure
        self.decision: CommitteeDecision | None = getattr(item, "decision", None)

    @cached_property
    def voters(self) -> Electorate:
        return electorate_at(self.page.meeting, self.item)

    @property
    def sentences(self) -> list[str]:
        """Who has no vote, said beforehand, and how many votes count."""
        count = len(self.voters.entitled)
        conflicts = [f"{conflict.name} {conflict.sentence}." for conflict in self.voters.conflicts]
        votes = ngettext(
            "%(count)d vote counts, %(needed)s needed.", "%(count)d votes count, %(needed)s needed.", count
        )
        return [*conflicts, votes % {"count": count, "needed": self.voters.needed}]

    @cached_property
    def matter(self) -> Matter:
        return Matter.of_item(self.item)

    @property
    def votes(self) -> dict[object, str]:
        """What stands in the form; where the members choose, what each is for counts and needs no entry."""
        if self.subject.asks_choice:
            return {}
        return {vote.member_id: vote.choice for vote in self.item.votes.all()}

    @property
    def cast(self) -> list[tuple[str, str]]:
        """Who voted, and how; where the members choose, what each is for."""
        votes = sorted(self.item.votes.all(), key=lambda vote: vote.member.name)
        return [(vote.member.name, self._vote_in_words(vote)) for vote in votes]

    def _vote_in_words(self, vote: MeetingVote) -> str:
        if self.subject.asks_choice and vote.choice == VoteChoice.FOR:
            return self.subject.outcomes.get(vote.outcome, vote.outcome)
        return str(vote.get_choice_display())

    @property
    def earlier(self) -> list[CommitteeDecision]:
        """Decisions on the same matter that this one may take the place of."""
        return earlier_decisions(self.page.committee, self.measure, self.item)

    @cached_property
    def lost_votes(self) -> list[PastVote]:
        """Every vote on the matter that was not carried, here and before."""
        return votes_not_carried(self.subject, self.matter)

    @property
    def papers(self) -> list[dict[str, Any]]:
        """What was attached to the matter; late is what came after the papers locked."""
        kept = self.page.kept
        return papers_on(self.matter, kept.locked_at if kept else None)

    @property
    def may_attach(self) -> bool:
        """Whether the person may attach a paper, while it is open."""
        is_ahead = self.decision is None and not self.page.is_over and self.subject.is_open
        return is_ahead and bool(may_attach_paper(self.page.actor, self.page.committee, self.subject))

    @property
    def voted_on(self) -> list[LostVote]:
        """Those of this meeting: what was voted on in them asks for a reason."""
        return list(self.item.lost_votes.all())

    @property
    def next_position(self) -> int | None:
        """The next item that waits for its decision."""
        waiting = [item.position for item in self.page.items if not hasattr(item, "decision")]
        return next((number for number in waiting if number > self.item.position), None)

    @property
    def may_vote(self) -> bool:
        """Whether the person has a vote of their own here."""
        seat = self.voters.seat_of(self.page.actor.user_id)
        return seat is not None and seat.is_present and self.decision is None and self.page.is_running

    @property
    def may_declare(self) -> bool:
        """Whether the person has a vote here, or would have one in the meeting, that they can take back."""
        is_ahead = self.decision is None and not self.page.is_over and self.subject.is_open
        return is_ahead and self.voters.seat_of(self.page.actor.user_id) is not None

    @property
    def stood(self) -> dict[str, Any] | None:
        """Where the measure stood: at the decision, or when the papers locked of a meeting that is over.

        None while the item waits for its decision; empty where nothing was kept.
        """
        if self.decision is not None:
            return dict(self.decision.kept)
        return dict(self.item.paper.get("measure", {})) if self.page.is_over else None

    @property
    def totals(self) -> Any:
        """What the measure brings; None where that isn't known, or wasn't kept."""
        if self.stood is not None:
            return kept_figures(self.stood)
        return totals_map([self.measure.pk]).get(self.measure.pk) if self.measure else None

    @property
    def is_unkept(self) -> bool:
        """Of a past day whose money wasn't kept."""
        return self.stood == {}

    @property
    def doi(self) -> int | None:
        """The degree at which the measure is, or was on the day that the page shows."""
        if self.stood is not None:
            known: int | None = self.stood.get("doi")
            return known
        return self.measure.doi if self.measure else None

    @property
    def statuses(self) -> dict[str, Any]:
        if self.stood is not None:
            return dict(self.stood.get("statuses", {}))
        if self.measure is None:
            return {}
        return {kind.value: view.shown for kind, view in statuses_of(self.measure.pk).items()}

    @property
    def recommendation(self) -> str:
        """What is proposed, or was when it was decided, or when the papers locked of a meeting that is over."""
        if self.decision is not None:
            return self.decision.recommendation
        return str(self.item.paper.get("recommendation", "")) if self.page.is_over else self.subject.recommendation

    @property
    def ways_out(self) -> list[Choice]:
        """The options of a deviation, as its owner wrote them."""
        if self.decision is not None or self.page.is_over:
            kept = self.decision.options if self.decision is not None else self.item.paper.get("options", [])
            return kept_choices(kept) if self.subject.kind == SubjectKind.DEVIATION else []
        return choices_of(self.subject, organization().currency) if self.subject.options else []

    @property
    def locked_ways(self) -> list[Choice]:
        """What each way to decide a request does, with what follows for others, as it was when the papers locked."""
        if self.decision is not None or self.subject.kind != SubjectKind.REQUEST:
            return []
        return kept_choices(self.item.paper.get("options", ()))

    @property
    def outcome_choices(self) -> list[Choice]:
        """For the component `choices`."""
        if self.subject.request is not None:
            return choices_of(self.subject, organization().currency)
        if self.subject.kind == SubjectKind.DEVIATION:
            outcomes = [DeviationOutcome(value) for value in self.subject.outcomes]
            consequences = deviation_consequences(outcomes, self.subject.options, self.totals)
            return deviation_choices(consequences, organization().currency)
        return [Choice(value, self.subject.title, (), "", True) for value in self.subject.outcomes]


def kept_choices(stored: Iterable[Mapping[str, Any]]) -> list[Choice]:
    """Ways to decide as they were kept, with a decision or with the locked papers."""
    return [
        Choice("", kept["label"], tuple(map(tuple, kept["facts"])), kept["text"], kept.get("is_chosen", False))
        for kept in stored
    ]
