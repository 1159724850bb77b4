"""Hand-offs and offers of earlier dates (domain section 8)."""

from datetime import date
from typing import Any

import pytest
from django.http import Http404

from cat4.accounts.models import Membership, User
from cat4.errors import Conflict, NotAllowed, StaleVersion
from cat4.outbox.models import OutboxRow
from hierarchy.people.selectors.actors import load_actor
from measures.constants import Topic
from measures.models import Milestone, PullForward
from measures.schedule.actions.hand_offs import accept_hand_off, refuse_hand_off
from measures.schedule.actions.milestones import add_milestone, complete_milestone, edit_milestone, revise_milestone
from measures.schedule.actions.pull_forwards import decline_pull_forward, take_pull_forward
from measures.schedule.selectors.hand_offs import open_hand_offs
from measures.schedule.selectors.pull_forwards import open_offers
from tests.measures.chains import NOV_2, NOV_9, NOV_16, NOV_30, computed, link, milestone
from tests.measures.steps import invalid, last_entry, refused
from tests.world import TODAY, World


def handed_over(world: World, doi: int = 3, **changes: Any) -> Milestone:
    """Completed by the owner, and waiting for the member."""
    measure = world.measure("M-1", doi=doi)
    made = milestone(measure, "Plant ready", NOV_2, receiver=world.people["member"], **changes)
    return complete_milestone(world.actor("owner"), made.pk, actual_on=TODAY)


def test_a_milestone_with_a_receiver_is_done_only_when_the_receiver_accepts(world: World) -> None:
    with world.inside():
        made = handed_over(world)
        assert (made.actual_on, made.handed_over_on) == (None, TODAY)
        assert last_entry().summary == "handed Plant ready over to Member Alder on 15 Oct 2026"
        with refused(Conflict, "waits for Member Alder to accept it since 15 Oct 2026"):
            complete_milestone(world.actor("owner"), made.pk, actual_on=TODAY)
        assert [hand_off.milestone for hand_off in open_hand_offs(world.actor("member"))] == ["Plant ready"]
        with refused(StaleVersion):
            accept_hand_off(world.actor("member"), made.pk, expected_version=1)
        accepted = accept_hand_off(world.actor("member"), made.pk, expected_version=2)
        assert (accepted.actual_on, accepted.accepted_at is not None) == (TODAY, True)
        assert last_entry(world.actor("member")).summary == "accepted Plant ready, handed over on 15 Oct 2026"
        assert open_hand_offs(world.actor("member")) == []
        with refused(Conflict, "is done since"):
            refuse_hand_off(world.actor("member"), made.pk, reason="Too late")


@pytest.mark.parametrize("persona", ["owner", "sponsor", "controller", "pmo", "chair", "reader", "admin"])
def test_nobody_but_the_receiver_answers(world: World, persona: str) -> None:
    with world.inside():
        made = handed_over(world)
        with refused(NotAllowed, "Only the receiver Member Alder may accept or refuse it."):
            accept_hand_off(world.actor(persona), made.pk)
        with refused(NotAllowed, "Only the receiver Member Alder"):
            refuse_hand_off(world.actor(persona), made.pk, reason="No")
        assert Milestone.objects.get().actual_on is None


def test_a_refusal_says_why_is_told_and_lets_the_giver_try_again(world: World) -> None:
    with world.inside():
        made = handed_over(world)
        with invalid("reason", "needed"):
            refuse_hand_off(world.actor("member"), made.pk, reason=" ")
        given_back = refuse_hand_off(world.actor("member"), made.pk, reason="Two bolts are missing.")
        assert (given_back.handed_over_on, given_back.refused_because) == (None, "Two bolts are missing.")
        entry = last_entry(world.actor("member"))
        assert (entry.summary, entry.reason) == ("refused Plant ready", "Two bolts are missing.")
        assert OutboxRow.objects.filter(topic=Topic.HAND_OFF_REFUSED, object_id=made.pk).exists()
        with refused(Conflict, "isn't handed over yet"):
            accept_hand_off(world.actor("member"), made.pk)
        again = complete_milestone(world.actor("owner"), made.pk, actual_on=TODAY)
        assert (again.handed_over_on, again.refused_because) == (TODAY, "")


def test_a_receiver_who_sees_nothing_else_of_the_measure_can_answer(world: World, twin: World) -> None:
    stranger = User.objects.create(email="s@alder.example", name="Stranger")
    membership = Membership.objects.create(user=stranger, organization=world.organization)
    with world.inside():
        made = handed_over(world)
        with pytest.raises(Http404):
            accept_hand_off(load_actor(membership), made.pk)
        edit_milestone(world.actor("owner"), made.pk, receiver_id=stranger.pk)
        (waiting,) = open_hand_offs(load_actor(membership))
        assert not waiting.measure.is_visible
        assert accept_hand_off(load_actor(membership), made.pk).actual_on == TODAY
    with twin.inside(), pytest.raises(Http404):
        accept_hand_off(twin.actor("member"), made.pk)


def test_the_owner_receives_nothing_of_the_own_measure(world: World) -> None:
    with world.inside():
        measure, owner = world.measure("M-1", doi=1), world.actor("owner")
        with invalid("receiver_id", "can't receive as well"):
            add_milestone(owner, measure.pk, name="X", baseline_on=NOV_2, receiver_id=owner.user_id)
        made = add_milestone(
            owner, measure.pk, name="X", baseline_on=NOV_2, receiver_id=world.people["pmo"].pk, duration_days=4
        )
        assert (made.receiver_id, made.duration_days) == (world.people["pmo"].pk, 4)
        with refused(NotAllowed, "Somebody else has to hand it over to you."):
            complete_milestone(world.actor("pmo"), made.pk, actual_on=TODAY)
        with invalid("duration_days", "from 0 to 5,000"):
            edit_milestone(owner, made.pk, duration_days=-1)


def test_without_a_receiver_any_more_nothing_waits_to_be_accepted(world: World) -> None:
    with world.inside():
        made = handed_over(world, doi=2)
        left = edit_milestone(world.actor("owner"), made.pk, receiver_id=None)
        assert (left.receiver_id, left.handed_over_on, left.actual_on) == (None, None, None)


def test_once_decided_who_gives_replaces_the_receiver_and_never_does_without_one(world: World) -> None:
    owner, other = world.actor("owner"), world.people["pmo"].pk
    with world.inside():
        made = handed_over(world)
        with invalid("receiver_id", "A decided milestone keeps a receiver who accepts it. Name another one."):
            edit_milestone(owner, made.pk, receiver_id=None)
        assert edit_milestone(owner, made.pk, receiver_id=other).handed_over_on == TODAY
        with refused(NotAllowed, "Only the receiver"):
            accept_hand_off(world.actor("member"), made.pk)


def early(world: World, *, own: date = NOV_16) -> tuple[Milestone, Milestone]:
    """The predecessor, planned for 9 November, is done today; what waits for it has its own date."""
    giver = world.measure("M-1", doi=3)
    taker = world.measure("M-2", doi=3, owner=world.people["member"])
    first, second = milestone(giver, "Hall empty", NOV_9), milestone(taker, "Line moved", own)
    link(first, second, lag_days=5)
    complete_milestone(world.actor("owner"), first.pk, actual_on=TODAY)
    return first, second


def test_an_early_finish_offers_an_earlier_date_and_forces_none(world: World) -> None:
    with world.inside():
        _, second = early(world)
        second.refresh_from_db()
        assert (second.forecast_on, second.computed_on) == (NOV_16, None)
        (offer,) = open_offers(world.actor("member"))
        assert (offer.because_of, offer.possible_on, offer.forecast_on) == ("Hall empty", date(2026, 10, 22), NOV_16)
        assert open_offers(world.actor("owner")) == []
        take_pull_forward(world.actor("member"), offer.id, reason="The crew is free.")
        second.refresh_from_db()
        assert (second.forecast_on, second.baseline_on) == (date(2026, 10, 22), NOV_16)
        entry = last_entry(world.actor("member"))
        assert entry.reason == "The crew is free."
        assert entry.summary == "took the earlier date of Line moved: 22 Oct 2026 instead of 16 Nov 2026"
        with refused(Conflict, "was taken already"):
            decline_pull_forward(world.actor("member"), offer.id)


def test_an_owner_may_keep_the_own_date(world: World) -> None:
    with world.inside():
        _, second = early(world)
        offer = PullForward.objects.get()
        for persona in ("owner", "sponsor", "reader"):
            with refused(NotAllowed, "Only the owner Member Alder"):
                take_pull_forward(world.actor(persona), offer.pk)
            with refused(NotAllowed, "Only the owner Member Alder"):
                decline_pull_forward(world.actor(persona), offer.pk)
        decline_pull_forward(world.actor("member"), offer.pk, reason="No crew.")
        second.refresh_from_db()
        assert second.forecast_on == NOV_16
        assert open_offers(world.actor("member")) == []


def test_nothing_is_offered_where_another_predecessor_holds_or_slack_was_there_before(world: World) -> None:
    with world.inside():
        giver, taker = world.measure("M-1", doi=3), world.measure("M-2", doi=3)
        first, other = milestone(giver, "Hall empty", NOV_9), milestone(giver, "Permit", NOV_16)
        second, roomy = milestone(taker, "Line moved", NOV_16), milestone(taker, "Painted", NOV_30)
        link(first, second)
        link(other, second)
        link(first, roomy)
        link(other, roomy)
        complete_milestone(world.actor("owner"), first.pk, actual_on=TODAY)
        assert not PullForward.objects.exists()


def test_an_offer_that_no_longer_holds_is_refused(world: World, twin: World) -> None:
    with world.inside():
        _, second = early(world)
        offer = PullForward.objects.get()
        permit = milestone(world.measure("M-3", doi=3), "Permit", NOV_2)
        link(permit, second)
        with refused(Conflict, "Line moved can't come before 2 Nov 2026"):
            take_pull_forward(world.actor("member"), offer.pk)
        revise_milestone(world.actor("member"), second.pk, forecast_on=date(2026, 10, 21), reason="We try")
        with refused(Conflict, "is forecast for 21 Oct 2026 already"):
            take_pull_forward(world.actor("member"), offer.pk)
        assert computed(second) == [NOV_2]
    with twin.inside(), pytest.raises(Http404):
        take_pull_forward(twin.actor("pmo"), offer.pk)
