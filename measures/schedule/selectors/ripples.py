"""Stored ripples: who was moved by what, how far, with which money, and what the owners said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.constants import Lifecycle
from measures.core.selectors.measures import measure_to_change, visible_measures
from measures.core.selectors.mine import held_by
from measures.facts.calendar import calendar
from measures.models import Measure, Milestone, Ripple, RippleAnswer, RippleHop

from .moved_money import MoneyMoved, stored_money


@dataclass(frozen=True, slots=True)
class MeasureName:
    """As much of a measure as everybody learns of one that moves theirs: of a hidden one, `name` is empty."""

    id: UUID
    code: str
    name: str
    owner: str
    is_visible: bool
    owner_id: UUID | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.name}".rstrip()


@dataclass(frozen=True, slots=True)
class HopView:
    """A milestone that a slip moves, or would move; 0 days: its slack took the move up. Hidden ones have no name."""

    milestone_id: UUID
    milestone: str
    measure: MeasureName
    came_from: str
    via_kind: str
    via_lag_days: int
    before_on: date
    after_on: date
    days: int
    slack_used_days: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What an affected owner said, or has to say until `due_on`; the words stay with who sees the measure."""

    id: UUID
    ripple_id: UUID
    measure: MeasureName
    due_on: date
    kind: str
    reason: str
    counter_measure: str
    answered_by: str
    answered_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class RippleView:
    """A ripple with its path, its money and its answers."""

    ripple: Ripple
    trigger: str
    measure: MeasureName
    author: str
    hops: tuple[HopView, ...]
    answers: tuple[AnswerView, ...]
    money: MoneyMoved

    @property
    def moved(self) -> tuple[HopView, ...]:
        """The milestones that really moved."""
        return tuple(hop for hop in self.hops if hop.days)

    @property
    def reason(self) -> str:
        """Why its author moved the trigger; theirs to know who see the measure."""
        return self.ripple.reason if self.measure.is_visible else ""

    @property
    def is_superseded(self) -> bool:
        return self.ripple.superseded_at is not None


def names_of(actor: Actor, measures: Iterable[Measure]) -> dict[UUID, MeasureName]:
    """The names of measures as the person may know them; owners come loaded."""
    known = {measure.pk: measure for measure in measures}
    seen = set(visible_measures(actor).filter(pk__in=list(known)).values_list("pk", flat=True)) if known else set()
    return {
        key: MeasureName(
            id=key,
            code=measure.code,
            name=measure.name if key in seen else "",
            owner=measure.owner.name if measure.owner else "",
            owner_id=measure.owner_id,
            is_visible=key in seen,
        )
        for key, measure in known.items()
    }


def name_for_reader(milestone: Milestone | None, names: Mapping[UUID, MeasureName]) -> str:
    """The name of a milestone on a path; empty where its measure is hidden."""
    measure = names.get(milestone.measure_id) if milestone else None
    return milestone.name if milestone and measure and measure.is_visible else ""


def visible_ripples(actor: Actor) -> QuerySet[Ripple]:
    """Those of measures that the person sees, as trigger or moved."""
    measures = visible_measures(actor).values("pk")
    hops = RippleHop.objects.filter(measure__in=measures).values("ripple")
    return Ripple.objects.filter(Q(measure__in=measures) | Q(pk__in=hops), organization_id=actor.organization_id)


def visible_ripple(actor: Actor, ripple_id: UUID) -> RippleView:
    """One ripple, whole.

    Raises:
        Http404: none of that id here, or it touches no measure that the person sees.
    """
    views = ripple_views(actor, visible_ripples(actor).filter(pk=ripple_id))
    if not views:
        raise Http404("There is no such ripple.")
    return views[0]


def ripple_of_answer(actor: Actor, answer_id: UUID) -> UUID:
    """The ripple that an answer belongs to.

    Raises:
        Http404: none of that id here, or of a ripple that touches no measure that the person sees.
    """
    found = RippleAnswer.objects.filter(pk=answer_id, ripple__in=visible_ripples(actor)).first()
    if found is None:
        raise Http404("There is no such answer.")
    return found.ripple_id


def ripples_of(actor: Actor, measure: Measure, *, live_only: bool = False) -> list[RippleView]:
    """The ripples that a measure set off, or that reached it, the newest first."""
    hops = RippleHop.objects.filter(measure=measure).values("ripple")
    found = Ripple.objects.filter(Q(measure=measure) | Q(pk__in=hops), organization_id=actor.organization_id)
    return ripple_views(actor, found.filter(superseded_at__isnull=True) if live_only else found)


def ripple_views(actor: Actor, ripples: QuerySet[Ripple]) -> list[RippleView]:
    """Ripples with everything of theirs, in as many queries for one as for many."""
    hops = RippleHop.objects.select_related("milestone", "measure__owner", "came_from")
    answers = RippleAnswer.objects.select_related("measure__owner", "answered_by")
    related = ripples.select_related("trigger", "measure__owner", "author").order_by("-at", "-id")
    rows = list(related.prefetch_related(Prefetch("hops", hops), Prefetch("answers", answers)))
    measures = [row.measure for row in rows]
    measures += [hop.measure for row in rows for hop in row.hops.all()]
    measures += [answer.measure for row in rows for answer in row.answers.all()]
    names, today = names_of(actor, measures), calendar().today
    money = stored_money(rows, {key for key, name in names.items() if name.is_visible})
    return [_view(row, names, money[row.pk], today) for row in rows]


def answers_to_give(actor: Actor) -> QuerySet[RippleAnswer]:
    """The answers that wait for the person as owner of a moved measure, the most urgent first."""
    mine = RippleAnswer.objects.filter(
        held_by(actor, "owner", to="measure__"),
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
        answered_at__isnull=True,
        ripple__superseded_at__isnull=True,
    )
    return mine.select_related("measure__owner", "ripple", "answered_by").order_by("due_on", "id")


def open_answers(actor: Actor) -> list[AnswerView]:
    """The same for pages."""
    return answer_views(actor, list(answers_to_give(actor)))


def answer_views(actor: Actor, answers: Collection[RippleAnswer]) -> list[AnswerView]:
    """Answers for pages; their measures with owners come loaded."""
    names, today = names_of(actor, [answer.measure for answer in answers]), calendar().today
    return [_answer(answer, names[answer.measure_id], today) for answer in answers]


def answer_to_give(actor: Actor, answer_id: UUID) -> RippleAnswer:
    """An answer whose measure and ripple are locked.

    Raises:
        Http404: none of that id here, or on a measure that the person may not see.
    """
    measure_id = RippleAnswer.objects.filter(pk=answer_id).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such answer.")
    measure = measure_to_change(actor, measure_id)
    related = RippleAnswer.objects.select_related("ripple__trigger", "answered_by")
    answer = related.select_for_update(of=("self", "ripple")).get(pk=answer_id)
    answer.measure = measure
    return answer


def _view(row: Ripple, names: dict[UUID, MeasureName], money: MoneyMoved, today: date) -> RippleView:
    return RippleView(
        ripple=row,
        trigger=name_for_reader(row.trigger, names),
        measure=names[row.measure_id],
        author=row.author.name if row.author else "",
        hops=tuple(_hop(hop, names) for hop in row.hops.all()),
        answers=tuple(_answer(answer, names[answer.measure_id], today) for answer in row.answers.all()),
        money=money,
    )


def _hop(hop: RippleHop, names: Mapping[UUID, MeasureName]) -> HopView:
    return HopView(
        milestone_id=hop.milestone_id,
        milestone=name_for_reader(hop.milestone, names),
        measure=names[hop.measure_id],
        came_from=name_for_reader(hop.came_from, names),
        via_kind=hop.via_kind,
        via_lag_days=hop.via_lag_days,
        before_on=hop.before_on,
        after_on=hop.after_on,
        days=hop.days,
        slack_used_days=hop.slack_used_days,
    )


def _answer(answer: RippleAnswer, measure: MeasureName, today: date) -> AnswerView:
    return AnswerView(
        id=answer.pk,
        ripple_id=answer.ripple_id,
        measure=measure,
        due_on=answer.due_on,
        kind=answer.kind,
        reason=answer.reason if measure.is_visible else "",
        counter_measure=answer.counter_measure if measure.is_visible else "",
        answered_by=answer.answered_by.name if answer.answered_by else "",
        answered_at=answer.answered_at,
        is_overdue=answer.answered_at is None and answer.due_on < today,
    )
