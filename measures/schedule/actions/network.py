"""What moves milestones without anybody changing a date: a new day, and measures that are given up."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cat4.outbox.actions import publish
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.actions import system_actor
from measures.constants import Lifecycle, RippleCause, Topic
from measures.facts.calendar import calendar
from measures.facts.locks import lock_network
from measures.formulas.dates import planned_date
from measures.formulas.network import Pin
from measures.models import Dependency, Milestone, RippleAnswer
from measures.status.actions.recompute import mark_changed

from ..selectors.affected import Stretch, stretch_from
from .network_writes import write_computed
from .ripples import spread
from .superseding import settle_questions, supersede


def hold_network() -> None:
    """For who moves dates of many measures in one transaction: called before the first row is locked.

    A slip takes its turn before it locks its measure. Who locked measures first would wait for the slip's turn to
    end, and the slip for one of those measures.
    """
    lock_network()


@transaction.atomic
def push_overdue() -> int:
    """Let milestones that are overdue without a new forecast push what waits for them to today; returns the ripples.

    Run as often as one likes: the second run of a day finds nothing, and after days off one run catches up.
    A milestone has one live ripple, which a later day's takes the place of.
    """
    lock_network()
    today = calendar().today
    overdue = Milestone.objects.filter(
        organization_id=current_organization_id(),
        actual_on__isnull=True,
        forecast_on__lt=today,
        successor_links__isnull=False,
        successor_links__successor__actual_on__isnull=True,
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
    ).filter(Q(computed_on__isnull=True) | Q(computed_on__lt=today))
    actor = replace(system_actor(current_organization_id()), cause="schedule")
    stored = [
        spread(
            actor,
            milestone,
            Pin(planned_date(milestone), milestone.duration_days),
            cause=RippleCause.OVERDUE,
            reason="It is overdue and has no new forecast.",
        )
        for milestone in overdue.order_by("forecast_on", "id").distinct()
    ]
    return sum(1 for ripple in stored if ripple is not None)


def follow_lifecycle(measure_id: UUID) -> None:
    """Have the network settled where a measure is given up that others still wait for. Cheap where there is none.

    What its own owner was still asked about others' slips needs no answer either.
    """
    given_up = Q(predecessor_links__predecessor__measure__lifecycle=Lifecycle.CANCELLED) | Q(
        predecessor_links__predecessor__measure__lifecycle=Lifecycle.CLOSED,
        predecessor_links__predecessor__actual_on__isnull=True,
    )
    pushed = Milestone.objects.filter(
        given_up,
        organization_id=current_organization_id(),
        computed_on__isnull=False,
        predecessor_links__predecessor__measure_id=measure_id,
    )
    for milestone_id in pushed.order_by().values_list("predecessor_links__predecessor", flat=True).distinct():
        publish(Topic.MILESTONE_MOVED, milestone_id)
    over = (Lifecycle.CANCELLED, Lifecycle.CLOSED)
    owed = RippleAnswer.objects.filter(measure_id=measure_id, measure__lifecycle__in=over, answered_at__isnull=True)
    settle_questions(owed)


@transaction.atomic
def settle_after(milestone_id: UUID) -> None:
    """Bring the computed dates of what waits for a milestone up to date; run twice, the second time writes nothing.

    For a milestone that will not come any more: what it pushed returns to its owners' dates, and what nobody
    answered of its ripples needs no answer.
    """
    lock_network()
    milestone = Milestone.objects.select_related("measure").filter(pk=milestone_id).first()
    if milestone is None:
        return
    lifecycle = milestone.measure.lifecycle
    if lifecycle == Lifecycle.CANCELLED or (lifecycle == Lifecycle.CLOSED and milestone.actual_on is None):
        _needs_no_answer(milestone)
    _settle(stretch_from([milestone_id]))


@transaction.atomic
def settle_everything() -> None:
    """Bring every computed date up to date, for a calendar that changed: lags count other working days then.

    Nobody is asked: no date that somebody gave has moved. Run twice, the second time writes nothing.
    """
    lock_network()
    linked = Dependency.objects.filter(organization_id=current_organization_id()).order_by()
    _settle(stretch_from(list(linked.values_list("successor_id", flat=True).distinct())))


def _settle(stretch: Stretch) -> None:
    pushed = stretch.pushed_dates(stretch.network().dates())
    write_computed(pushed)
    mark_changed({stretch.rows[key].measure_id for key in pushed})


def _needs_no_answer(trigger: Milestone) -> None:
    waiting = RippleAnswer.objects.filter(
        ripple__trigger=trigger, ripple__superseded_at__isnull=True, answered_at__isnull=True
    )
    supersede(set(waiting.values_list("ripple_id", flat=True)))
