"""Mail: when, to whom, in which words, and once whatever fails; against a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cat4 import clock
from cat4.accounts.models import Membership
from cat4.notices.actions import notify
from cat4.notices.inbox import mark_read, save_preferences
from cat4.notices.mail import ServerDown, send_due
from cat4.notices.models import Notice
from cat4.notices.schedule import next_digest
from cat4.notices.tasks import sweep_mail
from hierarchy.models import RoleGrant
from tests.notices.smtp import MailServer, mail_server
from tests.world import World

FACTS = {"measure": "M-1 Steel & Co", "who": "Chair", "move": "advance", "gate": 2, "reason": "Too <early>"}
NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.PUBLIC_URL = "https://cat4.example"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def tell(world: World, *personas: str, event: str = "e1", **more: Any) -> None:
    with world.inside():
        people = [world.people[name].pk for name in personas]
        notify("gate.returned", event=event, people=people, path="/", facts=FACTS, **more)


def prefer(world: World, persona: str, mail: str, **more: Any) -> None:
    with world.inside():
        save_preferences(world.actor(persona), mail=mail, **more)


def test_at_once_means_a_letter_for_each_notice_with_its_words_and_its_link(world: World, server: MailServer) -> None:
    prefer(world, "owner", "at_once")
    tell(world, "owner")
    assert sweep_mail() == 1
    assert sweep_mail() == 0
    (letter,) = server.letters
    with world.inside():
        url = f"https://cat4.example/o/alder/notices/{Notice.objects.get().pk}/"
    assert (letter["To"], letter["Subject"]) == ("owner@alder.example", "[Alder] M-1 Steel & Co was returned")
    text, html = (part.get_content().replace("\r\n", "\n") for part in letter.iter_parts())
    assert "Chair sent the request for gate 2 back: “Too <early>”\n" + url in text
    assert f'<a href="{url}">M-1 Steel &amp; Co was returned</a>' in html
    assert "Too &lt;early&gt;" in html
    assert letter["List-Unsubscribe"] == "<https://cat4.example/o/alder/notices/preferences/>"


def test_a_digest_holds_what_is_unread_of_one_organization(world: World, twin: World, server: MailServer) -> None:
    Membership.objects.create(user=world.people["owner"], organization=twin.organization)
    with clock.at(NOON):
        tell(world, "owner")
        tell(world, "owner", event="e2")
        tell(world, "owner", event="e3")
        with world.inside():
            mark_read(world.actor("owner"), Notice.objects.get(event="e2").pk)
        with twin.inside():
            notify("gate.returned", event="e1", people=[world.people["owner"].pk], path="/", facts=FACTS)
        assert sweep_mail() == 0
    with clock.at(datetime(2026, 10, 16, 5, tzinfo=UTC)):
        assert sweep_mail() == 2
        assert sweep_mail() == 0
    first, second = sorted(str(letter["Subject"]) for letter in server.letters)
    assert (first, second) == ("[Alder] 2 notices", f"[{twin.organization.name}] M-1 Steel & Co was returned")


def test_who_wants_no_mail_gets_none_and_the_inbox_keeps_everything(world: World, server: MailServer) -> None:
    tell(world, "owner")
    prefer(world, "owner", "none")
    tell(world, "owner", event="e2")
    with clock.at(datetime(2026, 10, 20, 12, tzinfo=UTC)):
        assert sweep_mail() == 0
    with world.inside():
        assert Notice.objects.count() == 2


def test_a_choice_holds_for_what_already_waits(world: World, server: MailServer) -> None:
    tell(world, "owner")
    prefer(world, "owner", "at_once")
    assert sweep_mail() == 1


def test_what_a_person_may_no_longer_see_is_not_mailed(world: World, server: MailServer) -> None:
    prefer(world, "reader", "at_once")
    with world.inside():
        measure_id = world.measure().pk
    tell(world, "reader", measure_id=measure_id)
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    assert sweep_mail() == 0
    assert server.letters == []


def test_a_member_who_left_gets_no_mail(world: World, server: MailServer) -> None:
    prefer(world, "owner", "at_once")
    tell(world, "owner")
    Membership.objects.filter(user=world.people["owner"]).update(is_active=False)
    assert sweep_mail() == 0
    assert server.letters == []


def test_a_mail_server_that_was_down_gets_every_letter_once(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as kept:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", kept.port
    for persona in ("owner", "sponsor", "controller"):
        prefer(world, persona, "at_once")
    tell(world, "owner", "sponsor", "controller")
    with pytest.raises(ServerDown):
        send_due(world.organization.pk)
    assert sweep_mail() == 0
    with mail_server(kept):
        assert sweep_mail() == 3
        assert sweep_mail() == 0
    assert sorted(letter["To"] for letter in kept.letters) == [
        "controller@alder.example", "owner@alder.example", "sponsor@alder.example",
    ]  # fmt: skip


def test_a_refused_address_waits_longer_each_time_and_holds_nobody_up(world: World, server: MailServer) -> None:
    server.refused.add("owner@alder.example")
    for persona in ("owner", "sponsor"):
        prefer(world, persona, "at_once")
    with clock.at(NOON):
        tell(world, "owner", "sponsor")
        assert sweep_mail() == 1
        assert sweep_mail() == 0
    with world.inside():
        notice = Notice.objects.get(mailed_at=None)
        assert (notice.mail_attempts, notice.mail_after) == (1, datetime(2026, 10, 15, 12, 1, tzinfo=UTC))
        assert notice.mail_error.startswith("SMTPRecipientsRefused")
    server.refused.clear()
    with clock.at(datetime(2026, 10, 15, 12, 1, tzinfo=UTC)):
        assert sweep_mail() == 1


def test_mail_speaks_the_language_of_its_reader(world: World, server: MailServer) -> None:
    prefer(world, "owner", "at_once", language="de", muted=["forecast"])
    tell(world, "owner")
    sweep_mail()
    assert server.letters[0]["Subject"] == "[Alder] M-1 Steel & Co wurde zurückgegeben"


@pytest.mark.parametrize(
    ("after", "zone", "hour", "due"),
    [
        ("2026-10-15T04:59+00:00", "Europe/Vienna", 7, "2026-10-15T05:00+00:00"),
        ("2026-10-15T05:00+00:00", "Europe/Vienna", 7, "2026-10-16T05:00+00:00"),
        ("2026-10-24T12:00+00:00", "Europe/Vienna", 7, "2026-10-25T06:00+00:00"),
        ("2026-10-24T12:00+00:00", "Europe/Vienna", 2, "2026-10-25T00:00+00:00"),
        ("2026-10-25T00:30+00:00", "Europe/Vienna", 2, "2026-10-26T01:00+00:00"),
        ("2027-03-27T12:00+00:00", "Europe/Vienna", 2, "2027-03-28T01:00+00:00"),
        ("2026-10-15T12:00+00:00", "Pacific/Auckland", 7, "2026-10-15T18:00+00:00"),
        ("2026-10-15T12:00+00:00", "America/New_York", 7, "2026-10-16T11:00+00:00"),
    ],
)
def test_a_digest_is_due_once_a_day_of_its_reader(after: str, zone: str, hour: int, due: str) -> None:
    found = next_digest(datetime.fromisoformat(after), hour=hour, time_zone=zone)
    assert found == datetime.fromisoformat(due)
