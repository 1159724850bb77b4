"""The inbox: one's own notices only, unread first, and the choice of how to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from cat4 import clock
from cat4.errors import Invalid
from cat4.notices.actions import notify
from cat4.notices.duties import empty_old_notices
from cat4.notices.inbox import mark_all_read, mark_read, save_preferences
from cat4.notices.models import Notice, NoticePreference
from hierarchy.models import RoleGrant
from tests.world import TODAY, World

FACTS = {"measure": "M-1 Steel", "who": "Chair", "move": "advance", "gate": 2, "reason": "Too early"}
NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)


def tell(world: World, *events: str, persona: str = "owner", **more: Any) -> list[Notice]:
    """One notice for each event, a minute apart, from noon on."""
    for minutes, event in enumerate(events):
        with clock.at(NOON + timedelta(minutes=minutes)):
            facts = {"path": "/my-work/", "facts": FACTS | {"reason": event}} | more
            notify("gate.returned", event=event, people=[world.people[persona].pk], **facts)
    return list(Notice.objects.filter(event__in=events).order_by("created_at"))


def client_of(world: World, persona: str = "owner") -> Client:
    client = Client()
    client.force_login(world.people[persona])
    return client


def test_the_inbox_shows_unread_first_and_counts_it_beside_the_navigation(world: World) -> None:
    with world.inside():
        first, _, _ = tell(world, "oldest", "middle", "latest")
        mark_read(world.actor("owner"), Notice.objects.get(event="latest").pk)
        tell(world, "hers", persona="sponsor")
    page = client_of(world).get(world.url("/notices/"))
    days = page.context["days"]
    assert [[line.row.event for line in day.lines] for day in days] == [["middle", "oldest"], ["latest"]]
    assert '<span class="count">2<span class="vh"> unread</span></span>' in page.content.decode()
    assert str(first.pk) in page.content.decode()


def test_an_empty_inbox_says_what_will_fill_it(world: World) -> None:
    assert "Nothing has happened yet" in client_of(world).get(world.url("/notices/")).content.decode()


def test_following_a_notice_marks_it_read_and_stays_in_its_organization(world: World, twin: World) -> None:
    with world.inside():
        (notice,) = tell(world, "e")
    address = world.url(f"/notices/{notice.pk}/")
    answer = client_of(world).get(address)
    assert (answer.status_code, answer["Location"]) == (302, world.url("/my-work/"))
    assert client_of(world, "sponsor").get(address).status_code == 404
    assert client_of(twin).get(twin.url(f"/notices/{notice.pk}/")).status_code == 404
    with world.inside():
        assert Notice.objects.get().read_at is not None


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "evil", "/\\evil.example", "/a\nb"])
def test_a_path_leads_to_a_page_of_the_organization_and_nowhere_else(world: World, path: str) -> None:
    with world.inside(), pytest.raises(ValueError, match="no path inside an organization"):
        tell(world, "e", path=path)


def test_what_a_person_no_longer_sees_leaves_the_inbox(world: World) -> None:
    with world.inside():
        measure = world.measure()
        (notice,) = tell(world, "e", persona="reader", measure_id=measure.pk)
        assert mark_read(world.actor("reader"), notice.pk).read_at is not None
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        with pytest.raises(Http404):
            mark_read(world.actor("reader"), notice.pk, is_read=False)


def test_all_read_leaves_what_came_after_the_page_was_shown(world: World) -> None:
    with world.inside():
        tell(world, "one", "two", "three")
        assert mark_all_read(world.actor("owner"), until=NOON + timedelta(minutes=1)) == 2
        assert Notice.objects.get(read_at=None).event == "three"
        with pytest.raises(Invalid, match="group"):
            mark_all_read(world.actor("owner"), group="weather")


def test_marking_keeps_the_filter_and_can_be_undone(world: World) -> None:
    with world.inside():
        (notice,) = tell(world, "e")
    client = client_of(world)
    answer = client.post(world.url(f"/notices/{notice.pk}/mark/"), {"group": "gate", "read": "1"})
    assert answer["Location"] == world.url("/notices/?group=gate")
    client.post(world.url(f"/notices/{notice.pk}/mark/"), {"read": "0"})
    with world.inside():
        assert Notice.objects.get().read_at is None


def test_old_read_notices_are_emptied_and_never_told_again(world: World) -> None:
    with world.inside():
        tell(world, "read", "unread")
        with clock.at(NOON):
            mark_read(world.actor("owner"), Notice.objects.get(event="read").pk)
        assert empty_old_notices(TODAY + timedelta(days=180)) == 0
        assert empty_old_notices(TODAY + timedelta(days=181)) == 1
        tell(world, "read")
        assert Notice.objects.get(event="read").facts == {}
    page = client_of(world).get(world.url("/notices/"))
    assert [line.row.event for day in page.context["days"] for line in day.lines] == ["unread"]


def test_preferences_are_checked_by_field_and_kept_by_organization(world: World, twin: World) -> None:
    client = client_of(world)
    bad = client.post(world.url("/notices/preferences/"), {"mail": "pigeon", "digest_hour": "7"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["mail"])
    good = {"mail": "none", "digest_hour": "6", "time_zone": "Asia/Tokyo", "language": "de", "muted": ["period"]}
    assert client.post(world.url("/notices/preferences/"), good).status_code == 302
    with world.inside():
        row = NoticePreference.objects.get()
        assert (row.mail, row.digest_hour, row.time_zone, row.muted) == ("none", 6, "Asia/Tokyo", ["period"])
    with twin.inside():
        assert NoticePreference.objects.count() == 0
    with world.inside(), pytest.raises(Invalid) as refused:
        save_preferences(world.actor("owner"), mail="x", digest_hour=24, time_zone="Mars", language="xx", muted=["y"])
    assert set(refused.value.errors) == {"mail", "digest_hour", "time_zone", "language", "muted"}


def test_the_api_lists_reads_and_sets_what_is_the_callers_own(world: World) -> None:
    with world.inside():
        (notice, _) = tell(world, "one", "two")
    client = client_of(world)
    api = world.url("/api/v1/notices/")
    assert [row["body"][-4:-1] for row in client.get(api, {"unread": "true"}).json()["results"]] == ["one", "two"]
    assert client.get(api, {"group": "weather"}).status_code == 422
    read = client.post(f"{api}{notice.pk}/read/", {}, content_type="application/json")
    assert (read.status_code, read.json()["read_at"] is not None) == (200, True)
    assert (
        client_of(world, "pmo").post(f"{api}{notice.pk}/read/", {}, content_type="application/json").status_code == 404
    )
    rest = client.post(f"{api}read/", {"until": "2026-10-15T12:01:00Z"}, content_type="application/json")
    assert rest.json() == {"marked": 1}
    put = client.put(f"{api}preferences/", {"mail": "at_once"}, content_type="application/json")
    assert put.json() == {"mail": "at_once", "digest_hour": 7, "time_zone": "", "language": "", "muted": []}
    wrong = client.put(f"{api}preferences/", {"mail": "x", "hour": 1}, content_type="application/json")
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"hour"})
