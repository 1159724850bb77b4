"""A committee meets once at an instant: after days off, beside an extra meeting, and when meetings are moved."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from cat4.errors import Invalid
from governance.committees.actions.meetings import call_meeting, cancel_meeting, move_meeting, plan_meetings
from governance.committees.models.meetings import Meeting
from hierarchy.models import Committee, OrganizationSettings, OwnDay
from tests.governance.committees.test_meetings import THIRD_THURSDAY, local
from tests.measures.steps import refused
from tests.world import World

TODAY = date(2026, 10, 15)


def shut_down(first: date, days: int) -> None:
    settings = OrganizationSettings.objects.get()
    OwnDay.objects.bulk_create(
        OwnDay(settings=settings, on=first + timedelta(days=number), kind="closed", reason="Shutdown")
        for number in range(days)
    )


def live() -> list[str]:
    return [local(meeting) for meeting in Meeting.objects.exclude(state="cancelled").order_by("starts_at")]


def test_after_a_shutdown_the_committee_meets_once_whether_it_was_planned_before_or_after(inside: World) -> None:
    """Thursdays 5 and 12 November lie in a shutdown until Monday 16: one meeting on Tuesday 17, then the 19th."""
    Committee.objects.update(**THIRD_THURSDAY | {"cadence": "weekly"})
    plan_meetings(TODAY)
    assert Meeting.objects.count() == 8
    shut_down(date(2026, 11, 2), 15)
    plan_meetings(TODAY)
    assert [at for at in live() if "2026-10-25" < at < "2026-11-20"] == [
        "2026-10-29 10:00",
        "2026-11-17 10:00",
        "2026-11-19 10:00",
    ]
    Meeting.objects.all().delete()
    plan_meetings(TODAY)
    plan_meetings(TODAY)
    assert [at for at in live() if "2026-10-25" < at < "2026-11-20"] == [
        "2026-10-29 10:00",
        "2026-11-17 10:00",
        "2026-11-19 10:00",
    ]
    assert max(Counter(live()).values()) == 1


def test_no_extra_and_no_moved_meeting_begins_with_another_of_its_committee(inside: World) -> None:
    chair, at = inside.actor("chair"), datetime(2026, 11, 3, 9, tzinfo=UTC)
    extra = call_meeting(chair, inside.committee.pk, starts_at=at, reason="The offer ends.")
    with refused(Invalid, "meets then already"):
        call_meeting(chair, inside.committee.pk, starts_at=at, reason="Once more.")
    other = call_meeting(chair, inside.committee.pk, starts_at=at + timedelta(hours=1), reason="Other topics.")
    with refused(Invalid, "meets then already"):
        move_meeting(chair, other.pk, starts_at=at, reason="Earlier.")
    cancel_meeting(chair, extra.pk, reason="Settled.")
    move_meeting(chair, other.pk, starts_at=at, reason="Earlier.")
    assert live() == ["2026-11-03 10:00"]


def test_a_slot_is_not_planned_beside_an_extra_meeting_of_its_instant(inside: World) -> None:
    Committee.objects.update(**THIRD_THURSDAY | {"cadence": "weekly"})
    call_meeting(
        inside.actor("chair"), inside.committee.pk, starts_at=datetime(2026, 10, 22, 8, tzinfo=UTC), reason="Early."
    )
    plan_meetings(TODAY)
    assert Counter(live())["2026-10-22 10:00"] == 1
