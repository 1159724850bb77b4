"""Ripples: what a moved date does to others, who is asked, and what is kept (domain section 8)."""

from datetime import date

from cat4.outbox.models import OutboxRow
from measures.actions.milestones import revise_milestone
from measures.constants import Topic
from measures.models import Ripple, RippleAnswer
from tests.measures.chains import NOV_2, NOV_9, NOV_16, computed, link, milestone
from tests.measures.steps import last_entry, told_about
from tests.world import World


def test_a_slip_moves_what_waits_for_it_by_what_slack_leaves(world: World) -> None:
    with world.inside():
        giver, taker = world.measure("M-1", doi=3), world.measure("M-2", doi=3, owner=world.people["sponsor"])
        signed = milestone(giver, "Signed", NOV_2)
        delivered = milestone(taker, "Delivered", NOV_9)
        live = milestone(taker, "Live", NOV_16)
        link(signed, delivered)
        link(delivered, live)
        revise_milestone(world.actor("owner"), signed.pk, forecast_on=NOV_16, reason="The supplier asked for time.")
        assert computed(signed, delivered, live) == [None, NOV_16, None]
        ripple = Ripple.objects.get()
        assert (ripple.before_on, ripple.after_on, ripple.days) == (NOV_2, NOV_16, 10)
        hops = [(hop.milestone.name, hop.days, hop.slack_used_days, hop.after_on) for hop in ripple.hops.all()]
        assert hops == [("Delivered", 5, 5, NOV_16), ("Live", 0, 5, NOV_16)]
        answer = RippleAnswer.objects.get()
        assert (answer.measure, answer.due_on) == (taker, date(2026, 10, 22))
        assert OutboxRow.objects.filter(topic=Topic.RIPPLE_STORED, object_id=ripple.pk).exists()
        assert told_about(taker)
        assert last_entry().summary == (
            "moved 1 milestone of 1 measure by up to 5 working days, because Signed comes on 16 Nov 2026"
        )
