"""Dependencies: who links what, what is refused, and what follows (domain section 8)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from cat4.accounts.models import Membership, User
from cat4.errors import NotAllowed, StaleVersion
from hierarchy.people.selectors.actors import load_actor
from measures.constants import Lifecycle
from measures.models import Dependency, Milestone, Ripple
from measures.schedule.actions.dependencies import add_dependency, edit_dependency, remove_dependency
from measures.schedule.actions.milestones import remove_milestone
from measures.schedule.selectors.network import dependencies_of, pickable_milestones
from tests.measures.chains import NOV_2, NOV_9, NOV_16, NOV_30, computed, link, milestone
from tests.measures.steps import invalid, last_entry, line_for, refused, told_about
from tests.world import World


def pair(world: World, **changes: Any) -> tuple[Milestone, Milestone]:
    """A milestone of each of two decided measures; the second has another owner."""
    giver = world.measure("M-1", doi=3, **changes)
    taker = world.measure("M-2", doi=3, owner=world.people["member"])
    return milestone(giver, "Hall empty", NOV_16), milestone(taker, "Line moved", NOV_9)


def test_a_new_dependency_pushes_what_waits_and_is_recorded(world: World) -> None:
    with world.inside():
        before, after = pair(world)
        later = milestone(after.measure, "Line live", NOV_16)
        link(after, later)
        made = add_dependency(world.actor("member"), predecessor_id=before.pk, successor_id=after.pk, lag_days=5)
        assert (made.kind, made.lag_days, made.version) == ("FS", 5, 1)
        assert computed(before, after, later) == [None, date(2026, 11, 23), date(2026, 11, 23)]
        ripple = Ripple.objects.get()
        assert (ripple.trigger, ripple.cause, ripple.days) == (after, "dependency", 10)
        assert [hop.milestone for hop in ripple.hops.all()] == [later]
        # Nobody else is moved, so nobody is asked.
        assert not ripple.answers.exists()
        assert told_about(after.measure)
        remove_dependency(world.actor("pmo"), made.pk)
        assert computed(after, later) == [None, None]
        entries = last_entry(world.actor("pmo"))
        assert entries.summary.startswith("moved 1 milestone of 1 measure by up to 5 working days to earlier dates")


@pytest.mark.parametrize("persona", ["owner", "sponsor", "controller", "chair", "reader", "admin"])
def test_only_who_answers_for_what_waits_says_what_it_waits_for(world: World, persona: str) -> None:
    """The owner of the predecessor doesn't either."""
    with world.inside():
        before, after = pair(world)
        made = link(before, after)
        actor = world.actor(persona)
        said = "Only the owner Member Alder or the portfolio manager may say what its milestones wait for."
        with refused(NotAllowed, said):
            add_dependency(actor, predecessor_id=before.pk, successor_id=after.pk, kind="SS")
        with refused(NotAllowed, said):
            edit_dependency(actor, made.pk, lag_days=2)
        with refused(NotAllowed, said):
            remove_dependency(actor, made.pk)
        assert Dependency.objects.get().lag_days == 0


def test_a_circle_is_refused_naming_its_members(world: World) -> None:
    with world.inside():
        first, second = pair(world)
        third = milestone(world.measure("M-3", doi=3), "Tool off", NOV_30)
        link(first, second)
        link(second, third, "SS")
        with invalid("predecessor_id", "a circle: Hall empty (M-1), Line moved (M-2) and Tool off (M-3)"):
            add_dependency(world.actor("pmo"), predecessor_id=third.pk, successor_id=first.pk)
        with invalid("predecessor_id", "can't wait for itself"):
            add_dependency(world.actor("pmo"), predecessor_id=first.pk, successor_id=first.pk)
        assert Dependency.objects.count() == 2


def test_the_same_link_is_refused_and_another_kind_of_it_is_not(world: World) -> None:
    with world.inside():
        before, after = pair(world)
        pmo = world.actor("pmo")
        made = add_dependency(pmo, predecessor_id=before.pk, successor_id=after.pk)
        with invalid("kind", "linked finish to start already"):
            add_dependency(pmo, predecessor_id=before.pk, successor_id=after.pk, lag_days=3)
        other = add_dependency(pmo, predecessor_id=before.pk, successor_id=after.pk, kind="SS")
        with invalid("kind", "linked finish to start already"):
            edit_dependency(pmo, other.pk, kind="FS")
        assert {dependency.pk for dependency in Dependency.objects.all()} == {made.pk, other.pk}


@pytest.mark.parametrize(("lifecycle", "word"), [(Lifecycle.CANCELLED, "cancelled"), (Lifecycle.CLOSED, "closed")])
def test_nothing_waits_for_a_measure_that_is_over(world: World, lifecycle: str, word: str) -> None:
    with world.inside():
        over = world.measure("M-1", doi=5 if lifecycle == Lifecycle.CLOSED else 3, lifecycle=lifecycle)
        gone = milestone(over, "Hall empty", NOV_2)
        mine = milestone(world.measure("M-2", doi=3), "Line moved", NOV_9)
        with invalid("predecessor_id", f"M-1 is {word}"):
            add_dependency(world.actor("owner"), predecessor_id=gone.pk, successor_id=mine.pk)
        with refused(NotAllowed, "can only be read"):
            add_dependency(world.actor("owner"), predecessor_id=mine.pk, successor_id=gone.pk)
        assert [pickable.id for pickable in pickable_milestones(world.actor("owner"))] == [mine.pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "XX"}, "kind"), ({"lag_days": 1_001}, "lag_days"), ({"lag_days": True}, "lag_days"),
     ({"note": "x" * 201}, "note"), ({"predecessor_id": uuid4()}, "predecessor_id")],
)  # fmt: skip
def test_a_dependency_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    with world.inside():
        before, after = pair(world)
        with invalid(field):
            add_dependency(world.actor("pmo"), **{"predecessor_id": before.pk, "successor_id": after.pk, **changes})
        assert not Dependency.objects.exists()


def test_an_edit_moves_what_waits_and_a_stale_one_is_refused(world: World) -> None:
    with world.inside():
        before, after = pair(world)
        made = add_dependency(world.actor("pmo"), predecessor_id=before.pk, successor_id=after.pk)
        assert computed(after) == [NOV_16]
        edit_dependency(world.actor("member"), made.pk, lag_days=-5, expected_version=1)
        assert computed(after) == [None]
        with refused(StaleVersion):
            edit_dependency(world.actor("member"), made.pk, lag_days=5, expected_version=1)
        assert Dependency.objects.get().lag_days == -5


def test_links_of_another_organization_are_not_found(world: World, twin: World) -> None:
    with twin.inside():
        foreign, other = pair(twin)
        linked = link(foreign, other)
    with world.inside():
        before, after = pair(world)
        pmo = world.actor("pmo")
        with invalid("predecessor_id", "Unknown milestone"):
            add_dependency(pmo, predecessor_id=foreign.pk, successor_id=after.pk)
        for attempt in (
            lambda: add_dependency(pmo, predecessor_id=before.pk, successor_id=other.pk),
            lambda: edit_dependency(pmo, linked.pk, lag_days=1),
            lambda: remove_dependency(pmo, linked.pk),
        ):
            with pytest.raises(Http404):
                attempt()


def test_who_sees_only_the_own_measure_can_wait_for_any_but_learns_no_more_than_its_date(world: World) -> None:
    stranger = User.objects.create(email="s@alder.example", name="Stranger")
    membership = Membership.objects.create(user=stranger, organization=world.organization)
    with world.inside():
        actor = load_actor(membership)
        before, _ = pair(world)
        mine = milestone(world.measure("M-9", doi=3, owner=stranger), "Mine", NOV_9)
        found = next(pickable for pickable in pickable_milestones(actor, "hall m-1") if pickable.id == before.pk)
        assert (found.name, found.measure, found.expected_on) == ("Hall empty", "M-1", NOV_16)
        add_dependency(actor, predecessor_id=before.pk, successor_id=mine.pk)
        (view,) = dependencies_of(actor, mine.measure).waits_for
        assert (view.other, view.other_on, view.measure.owner) == ("Hall empty", NOV_16, "Owner Alder")
        assert not view.measure.is_visible
        with pytest.raises(Http404):
            add_dependency(actor, predecessor_id=mine.pk, successor_id=before.pk)


def test_a_milestone_that_something_hangs_on_stays(world: World) -> None:
    with world.inside():
        measure = world.measure("M-1", doi=1)
        first, second = milestone(measure, "First", NOV_2), milestone(measure, "Second", NOV_9)
        made = link(first, second)
        owner = world.actor("owner")
        with refused(NotAllowed, "has 1 dependency. Remove them first."):
            remove_milestone(owner, first.pk)
        made.delete()
        line = line_for(world, measure, milestone=first)
        with refused(NotAllowed, "Steel price follows this milestone. Bind the money to another one first."):
            remove_milestone(owner, first.pk)
        line.delete()
        Ripple.objects.create(
            trigger=first, measure=measure, cause="forecast", before_on=NOV_2, after_on=NOV_9, days=5,
            at="2026-10-01T00:00:00Z",
        )  # fmt: skip
        with refused(NotAllowed, "Ripples of the past name this milestone"):
            remove_milestone(owner, first.pk)
        remove_milestone(owner, second.pk)
        assert list(measure.milestones.all()) == [first]
