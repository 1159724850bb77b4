"""What waits for a person: the numbers beside the navigation and My work are the union of what capabilities say."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, set_urlconf

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from cat4.waiting import Page, Waiting, waiters
from governance.closures.policies import may_sign_next
from governance.committees.models.resolutions import Circulation, Condition
from governance.committees.policies import may_answer, may_fulfil, may_vote
from governance.committees.rules import electorate
from governance.committees.selectors.seats import electorate_of, seats_of
from governance.desk.navigation import navigation
from governance.deviations.models import CounterMeasure, Deviation
from governance.deviations.pages import deviations_to_do
from governance.deviations.policies import may_answer_deviation, may_complete_counter_measure
from governance.gates.models import GateRequest
from governance.gates.pages.standing import Standing
from governance.parties.selectors.parties import parties_of
from hierarchy.models import Deputy
from measures.constants import Doi
from measures.core.policies.measures import may_edit_measure
from measures.core.selectors.measures import visible_measure
from measures.core.selectors.mine import incomplete_measures
from measures.desk.pages.mine import my_work
from measures.models import (
    Baseline,
    Correction,
    EffectMonth,
    EnablerAnswer,
    Measure,
    Milestone,
    PullForward,
    RippleAnswer,
)
from measures.models.measure import GOVERNABLE_FIELDS
from measures.money.policies import (
    may_approve_baseline,
    may_confirm_forecast,
    may_report_actuals,
    may_validate_correction,
    may_validate_entry,
)
from measures.schedule.policies import (
    may_answer_enabler,
    may_answer_hand_off,
    may_answer_pull_forward,
    may_answer_ripple,
)
from tests.governance.ready import add_person
from tests.governance.waiting_scene import everything_waits
from tests.world import TODAY, World

# What waits in the scene, by who acts.
IN_THE_SCENE = {
    "measures.complete": {"owner": 1},
    "money.validate_months": {"controller": 1},
    "money.validate_correction": {"controller": 1},
    "money.approve_baseline": {"controller": 1},
    "money.report_months": {"owner": 1},
    "money.confirm_forecast": {"owner": 5},
    "schedule.ripple": {"owner": 1},
    "schedule.enabler": {"owner": 1},
    "schedule.hand_over": {"member": 1},
    "schedule.earlier_date": {"owner": 1},
    "gates.decide": {"sponsor": 1, "controller": 1, "chair": 2},
    "deviations.counter_measure": {"owner": 1},
    "deviations.cause": {"owner": 2},
    "deviations.sponsor": {"sponsor": 2},
    "deviations.decide": {"chair": 1},
    "closures.sign": {"controller": 1, "second": 1},
    "committees.vote": {"chair": 1, "member": 1},
    "committees.fulfil": {"owner": 1},
    "committees.accept": {"chair": 1},
}


@pytest.fixture
def busy(world: World) -> World:
    cache.clear()
    everything_waits(world)
    return world


def beside_the_navigation(actor: Actor) -> dict[str, int]:
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]
    counts: dict[str, int] = navigation(request)["nav_counts"]
    return counts


def test_each_kind_of_act_waits_for_whoever_it_is_theirs(busy: World) -> None:
    with busy.inside():
        actors = {persona: busy.actor(persona) for persona in busy.people}
        found = {
            name: {persona: n for persona, actor in actors.items() if (n := len(waiter.waiting_for(actor)))}
            for name, waiter in waiters().items()
        }
    assert found == IN_THE_SCENE


def test_a_count_is_the_number_of_what_is_found(busy: World) -> None:
    with busy.inside():
        for persona in busy.people:
            actor = busy.actor(persona)
            wrong = [
                (persona, name)
                for name, waiter in waiters().items()
                if waiter.count(actor) != len(waiter.waiting_for(actor))
            ]
            assert wrong == []


def test_the_numbers_beside_the_navigation_are_the_union(busy: World) -> None:
    with busy.inside():
        for persona in busy.people:
            actor = busy.actor(persona)
            union = dict.fromkeys(Page, 0)
            for waiter in waiters().values():
                union[waiter.page] += len(waiter.waiting_for(actor))
            shown = beside_the_navigation(actor)
            counts = [shown[name] for name in ("mine", "closures", "decisions", "votes")]
            assert counts == [union[page] for page in Page]


def test_my_work_lists_what_is_counted(busy: World) -> None:
    """The groups of the page show more than the union has; they are as many, and lead to the same objects."""
    with busy.inside():
        for persona in busy.people:
            actor = busy.actor(persona)
            # Else reverse() finds no address: pages of an organization have their own.
            set_urlconf("cat4.urls_organization")
            tasks, union = my_work(actor).tasks, ids_of(actor, "schedule", "money", "measures")
            assert len(tasks) == len(union)
            assert all(any(str(pk) in task.href for task in tasks) for pk in union)
            assert [row.pk for row in deviations_to_do(actor)] == ids_of(actor, "deviations")


def ids_of(actor: Actor, *capabilities: str) -> list[UUID]:
    """The ids in the addresses of what waits, in order."""
    wanted = [waiter for name, waiter in waiters().items() if name.split(".")[0] in capabilities]
    return [found.url_id for waiter in wanted for found in waiter.waiting_for(actor)]


# A closure is signed in person, and a committee has proxies and a deputy chair of its own.
IN_PERSON = {"closures.sign", "committees.vote", "committees.accept", "deviations.decide"}


def test_what_waits_for_somebody_waits_for_their_deputy_who_may_do_it(busy: World) -> None:
    add_person(busy, "Dora")
    with busy.inside():
        for principal in ("owner", "sponsor", "controller", "member", "chair"):
            named = Deputy.objects.create(
                principal=busy.people[principal], deputy=busy.people["dora"], first_day=TODAY, last_day=TODAY,
                reason="Leave", named_by=busy.people[principal], named_at=clock.now(),
            )  # fmt: skip
            dora, absent = busy.actor("dora"), busy.actor(principal)
            for name, waiter in waiters().items():
                theirs = waiter.waiting_for(absent) if name not in IN_PERSON else []
                found = waiter.waiting_for(dora)
                assert [row.object_id for row in found] == [row.object_id for row in theirs], (principal, name)
                if name != "deviations.sponsor":  # who sees to it that somebody else answers does nothing
                    assert all(MAY[name](dora, row) for row in found), (principal, name)
            Deputy.objects.filter(pk=named.pk).update(ended_at=clock.now())


def test_the_page_of_each_act_opens(busy: World, client: Client) -> None:
    opened = set()
    for persona in busy.people:
        client.force_login(busy.people[persona])
        with busy.inside():
            acts = [(n, found) for n, waiter in waiters().items() for found in waiter.waiting_for(busy.actor(persona))]
        for name, act in acts:
            path = reverse(act.url_name, urlconf="cat4.urls_organization", args=[act.url_id])
            assert client.get(busy.url(path)).status_code == 200, (persona, name)
            opened.add(name)
    assert opened == set(waiters())


def test_what_waits_is_read_with_one_query_however_much_it_is(busy: World) -> None:
    with busy.inside():
        for persona in busy.people:
            actor = busy.actor(persona)
            for name, waiter in waiters().items():
                most = 1 + ASKED_BESIDES.get(name, 0)
                assert queries(waiter.waiting_for, actor) <= most, (name, persona)
                assert queries(waiter.count, actor) <= most, (name, persona)


# What some have to know besides: the organization's day; the rules in force, and what the person chairs and leads.
ASKED_BESIDES = {
    "money.report_months": 1, "money.confirm_forecast": 1, "deviations.sponsor": 1, "committees.vote": 1,
    "gates.decide": 3, "deviations.decide": 1,
}  # fmt: skip


def queries(read: Callable[[Actor], object], actor: Actor) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(actor)
    return len(captured)


# Only what they may act on ------------------------------------------------------------------------


def test_nothing_waits_for_a_person_that_they_may_not_act_on(busy: World) -> None:
    judged = set()
    with busy.inside():
        for persona in busy.people:
            actor = busy.actor(persona)
            for name, waiter in waiters().items():
                for found in waiter.waiting_for(actor):
                    verdict = MAY[name](actor, found)
                    assert verdict, (persona, name, verdict.reason)
                    judged.add(name)
    assert judged == set(waiters())


def _measure(found: Waiting) -> Measure:
    return Measure.objects.get(pk=found.object_id)


def _may_validate_months(actor: Actor, found: Waiting) -> Verdict:
    measure = _measure(found)
    months = EffectMonth.objects.filter(measure=measure, reported__isnull=False, validated__isnull=True)
    return all_of([may_validate_entry(actor, measure, month) for month in months])


def all_of(verdicts: list[Verdict]) -> Verdict:
    return next((verdict for verdict in verdicts if not verdict), ALLOWED if verdicts else denied("There is nothing."))


def _may_validate_correction(actor: Actor, found: Waiting) -> Verdict:
    row = Correction.objects.get(pk=found.object_id)
    return may_validate_correction(actor, row.measure, row)


def _may_give_a_word(actor: Actor, found: Waiting) -> Verdict:
    """Decide as asked, or give a confirmation."""
    request = GateRequest.objects.get(pk=found.object_id)
    standing = Standing(actor, visible_measure(actor, request.measure_id), request)
    verdicts = [standing.verdict(request.kind), *(confirmation.verdict for confirmation in standing.confirmations)]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])


def _may_sign(actor: Actor, found: Waiting) -> Verdict:
    request = GateRequest.objects.get(pk=found.object_id)
    return may_sign_next(actor, parties_of(request.measure), request, is_signed=request.signatures.exists())


def _may_vote_by_circulation(actor: Actor, found: Waiting) -> Verdict:
    return may_vote(electorate_of(Circulation.objects.get(pk=found.object_id)), actor.user_id)


def _may_complete(actor: Actor, found: Waiting) -> Verdict:
    row = CounterMeasure.objects.get(pk=found.object_id)
    return may_complete_counter_measure(actor, parties_of(row.deviation.measure), row)


def _may_answer_deviation(actor: Actor, found: Waiting) -> Verdict:
    row = Deviation.objects.get(pk=found.object_id)
    return may_answer_deviation(actor, parties_of(row.measure), row)


def _may_see(actor: Actor, found: Waiting) -> Verdict:
    """The sponsor answers nothing themselves: they see to it that the owner does."""
    row = Deviation.objects.get(pk=found.object_id)
    assert visible_measure(actor, row.measure_id).sponsor_id == actor.user_id
    return ALLOWED


def _may_vote_on_deviation(actor: Actor, found: Waiting) -> Verdict:
    """The members of the committee decide together; its chair records it."""
    measure = Deviation.objects.get(pk=found.object_id).measure
    assert measure.committee is not None
    seats = seats_of(measure.committee)
    return may_vote(electorate(seats, parties_of(measure), count=None, percent=50), actor.user_id)


MAY: dict[str, Callable[[Actor, Waiting], Verdict]] = {
    "measures.complete": lambda actor, found: may_edit_measure(actor, _measure(found)),
    "money.validate_months": _may_validate_months,
    "money.validate_correction": _may_validate_correction,
    "money.approve_baseline": lambda actor, found: may_approve_baseline(
        actor, Baseline.objects.get(pk=found.object_id)
    ),
    "money.report_months": lambda actor, found: may_report_actuals(actor, _measure(found)),
    "money.confirm_forecast": lambda actor, found: may_confirm_forecast(actor, _measure(found)),
    "schedule.ripple": lambda actor, found: may_answer_ripple(
        actor, RippleAnswer.objects.get(pk=found.object_id).measure
    ),
    "schedule.enabler": lambda actor, found: may_answer_enabler(
        actor, EnablerAnswer.objects.get(pk=found.object_id).measure
    ),
    "schedule.hand_over": lambda actor, found: may_answer_hand_off(actor, Milestone.objects.get(pk=found.object_id)),
    "schedule.earlier_date": lambda actor, found: may_answer_pull_forward(
        actor, PullForward.objects.get(pk=found.object_id).milestone.measure
    ),
    "gates.decide": _may_give_a_word,
    "deviations.counter_measure": _may_complete,
    "deviations.cause": _may_answer_deviation,
    "deviations.sponsor": _may_see,
    "deviations.decide": _may_vote_on_deviation,
    "closures.sign": _may_sign,
    "committees.vote": _may_vote_by_circulation,
    "committees.fulfil": lambda actor, found: may_fulfil(actor, Condition.objects.get(pk=found.object_id)),
    "committees.accept": lambda actor, found: may_answer(actor, Condition.objects.get(pk=found.object_id)),
}


@pytest.mark.parametrize("name", GOVERNABLE_FIELDS)
def test_a_measure_is_incomplete_without_any_of_the_eight_facts(world: World, name: str) -> None:
    with world.inside():
        world.measure()
        without = world.measure("M-2", doi=Doi.DEFINED, **{name: "" if name == "description" else None})
        assert without.missing_fields == [name]
        # Without an owner it waits for nobody.
        waiting = [] if name == "owner" else [without.pk]
        assert [row.pk for row in incomplete_measures(world.actor("owner"))] == waiting
