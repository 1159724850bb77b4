"""Telling people: once, only members, and nothing about what they may not see."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import get_template

from cat4.accounts.models import Membership
from cat4.notices.actions import notify
from cat4.notices.kinds import GROUPS, MANDATORY, group_of
from cat4.notices.models import Notice, NoticePreference
from cat4.notices.rendering import worded
from hierarchy.models import RoleGrant
from tests.architecture.sources import modules
from tests.world import World


def tell(world: World, *personas: str, event: str = "gate:1:asked", **changes: Any) -> int:
    """Tell personas of an event."""
    facts: dict[str, Any] = {"kind": "gate.asked", "path": "/requests/1/", "facts": {"name": "Steel"}} | changes
    return notify(facts.pop("kind"), event=event, people=[world.people[name].pk for name in personas], **facts)


def told() -> list[tuple[UUID, str]]:
    return list(Notice.objects.order_by("created_at", "id").values_list("person_id", "event"))


def test_an_event_is_told_once_to_each_person(world: World) -> None:
    with world.inside():
        assert tell(world, "owner", "owner", "sponsor") == 2
        assert tell(world, "owner", "controller") == 1
        assert tell(world, "owner", event="gate:1:decided") == 1
        assert len(told()) == 4


def test_nobody_is_told_who_is_no_active_member(world: World, twin: World) -> None:
    Membership.objects.filter(user=world.people["owner"]).update(is_active=False)
    Membership.objects.filter(user=world.people["sponsor"]).update(ends_on=date(2026, 10, 14))
    with world.inside():
        people = [world.people["owner"].pk, world.people["sponsor"].pk, twin.people["pmo"].pk, None]
        assert notify("gate.asked", event="e", people=people, path="/", facts={}) == 0
        assert told() == []


def test_nobody_is_told_of_a_measure_that_they_do_not_see(world: World) -> None:
    with world.inside():
        measure = world.measure()
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        assert tell(world, "owner", "reader", measure_id=measure.pk) == 1
        assert told() == [(world.people["owner"].pk, "gate:1:asked")]


def test_a_muted_group_is_silent_except_for_what_waits_for_the_person(world: World) -> None:
    with world.inside():
        NoticePreference.objects.create(person=world.people["owner"], muted=["gate"])
        assert tell(world, "owner", kind="gate.decided") == 0
        assert tell(world, "owner", kind="gate.approval_asked") == 1


def test_facts_are_read_back_with_their_types(world: World) -> None:
    facts = {
        "due": date(2026, 10, 22),
        "at": datetime(2026, 10, 15, 9, tzinfo=UTC),
        "lost": Decimal("-1234.50"),
        "months": [date(2026, 9, 1)],
    }
    with world.inside():
        tell(world, "owner", facts=facts)
        assert Notice.objects.get().facts == facts


# The words that name a notice: its group, a dot, what happened. A kind may be chosen before notify is called.
_KIND = re.compile(rf'"((?:{"|".join(GROUPS)})\.[a-z_]+)"')
_SENT = re.compile(r"\b(?:notify|tell)\(\s*\"([^\"]+)\"")
_SENDERS = re.compile(r"\b(notify|tell|_tell\w*|_remind)\(")


def kinds_in_code() -> set[str]:
    """Every kind that is written in a module that tells people."""
    senders = [module.text for module in modules() if _SENDERS.search(module.text)]
    return {kind for text in senders for kind in (*_KIND.findall(text), *_SENT.findall(text))}


def test_every_kind_in_use_has_its_words_in_both_languages_and_its_group() -> None:
    kinds = kinds_in_code()
    assert kinds >= MANDATORY
    for kind in kinds:
        get_template(f"notices/{kind}.txt")
        get_template(f"notices/de/{kind}.txt")
    assert {group_of(kind) for kind in kinds} <= set(GROUPS)


@pytest.fixture
def template(settings: Any, tmp_path: Any) -> Any:
    """A directory of templates before the project's own."""
    folder = tmp_path / "notices"
    folder.mkdir()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return folder


def test_the_first_line_is_the_subject_and_names_are_written_as_they_are(template: Any) -> None:
    (template / "gate.tested.txt").write_text("{{ name }}\n\nIt is {{ name }}.\nOpen it.\n")
    words = worded("gate.tested", {"name": "R&D <steel>"})
    assert (words.subject, words.body) == ("R&D <steel>", "It is R&D <steel>.\nOpen it.")
