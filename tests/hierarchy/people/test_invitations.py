"""Nobody sets another's password: people are asked in by a mailed link, and accept themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client, override_settings

from cat4 import clock
from cat4.accounts.addresses import is_proved, prove
from cat4.accounts.models import Invitation, Membership, User
from cat4.accounts.selectors import membership_of
from cat4.audit.models import AuditEntry
from cat4.duties.tasks import run_duty
from cat4.errors import Conflict, Invalid
from cat4.outbox.actions import drain
from hierarchy.constants import Verb
from hierarchy.models import RoleGrant
from hierarchy.people.actions.invitations import accept_invitation, decline_invitation, invite_member
from hierarchy.people.actions.members import deactivate_member
from tests.hierarchy.conftest import unchanged
from tests.world import PASSWORD, World

OWN = "a sentence that only I know"
NEW = "new@alder.example"


@pytest.fixture
def visitor() -> Client:
    return Client()


def invite(world: World, email: str = NEW, **facts: Any) -> Invitation:
    with world.inside():
        return invite_member(world.actor("admin"), email=email, name="New Person", **facts)


def settle(world: World) -> None:
    drain(world.organization.pk)


def mailed_path(world: World) -> str:
    """The link of the newest letter, once the outbox is settled."""
    settle(world)
    found = re.search(r"https?://[^/]+(/accounts/invitation/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def join(client: Client, path: str, name: str = "Nora Nevis", password: str = OWN) -> Any:
    return client.post(path, {"name": name, "password": password, "again": password})


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "owner@alder.example"}, "email"),
        ({"name": " "}, "name"),
        ({"title": "x" * 121}, "title"),
        ({"ends_on": date(2026, 10, 14)}, "ends_on"),
        ({"role": "owner"}, "node_id"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_bad_invitation_is_refused_by_field(world: World, facts: dict[str, Any], field: str) -> None:
    with unchanged(world, Invitation, Membership, User), world.inside(), pytest.raises(Invalid) as refusal:
        invite_member(world.actor("admin"), **{"email": NEW, "name": "New", **facts})
    assert field in refusal.value.errors


def test_an_address_is_invited_once_at_a_time(world: World) -> None:
    invite(world)
    with world.inside(), pytest.raises(Invalid) as refusal:
        invite_member(world.actor("admin"), email=NEW, name="Once more")
    assert refusal.value.errors == {"email": [f"{NEW} is invited already. Send it again instead."]}


def test_who_is_invited_is_no_member_and_has_no_account(world: World) -> None:
    members = Membership.objects.count()
    invitation = invite(world)
    assert (User.objects.filter(email=NEW).exists(), Membership.objects.count()) == (False, members)
    with world.inside():
        assert AuditEntry.objects.get(verb=Verb.MEMBER_INVITED).object_id == invitation.pk


def test_the_letter_names_who_asks_where_and_until_when(world: World) -> None:
    invite(world)
    settle(world)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([NEW], "Admin Alder invites you to Alder")
    assert "It is valid until 22 Oct 2026." in str(letter.body)


def test_a_new_person_sets_name_and_password_and_is_in(world: World, visitor: Client) -> None:
    invite(world, title="Buyer", role="owner", node_id=world.package.pk)
    path = mailed_path(world)
    assert "Join Alder" in visitor.get(path).content.decode()
    answer = join(visitor, path)
    assert (answer.status_code, answer["Location"]) == (302, "/o/alder/")
    user = User.objects.get(email=NEW)
    assert (user.name, user.check_password(OWN), is_proved(user)) == ("Nora Nevis", True, True)
    membership = membership_of(user.pk, "alder")
    assert membership is not None
    assert membership.title == "Buyer"
    with world.inside():
        assert [(grant.role, grant.node_id) for grant in RoleGrant.objects.filter(user=user)] == [
            ("owner", world.package.pk)
        ]
    assert visitor.get("/o/alder/my-work/").status_code == 200
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("password", ["short", "new@alder.example", "value-plan-2028"])
def test_a_weak_or_public_password_is_refused(world: World, visitor: Client, password: str) -> None:
    invite(world)
    path = mailed_path(world)
    with unchanged(world, Membership, User):
        assert join(visitor, path, password=password).status_code == 422


def test_two_passwords_that_differ_are_refused(world: World, visitor: Client) -> None:
    invite(world)
    typed, path = {"name": "Nora", "password": OWN, "again": OWN + "!"}, mailed_path(world)
    with unchanged(world, Membership, User):
        answer = visitor.post(path, typed)
    assert (answer.status_code, "These are not the same." in answer.content.decode()) == (422, True)


def test_somebody_known_elsewhere_accepts_with_their_own_account(world: World, twin: World, visitor: Client) -> None:
    owner = twin.people["owner"]
    prove(owner)
    invite(world, email="owner@twin.example")
    path = mailed_path(world)
    page = visitor.get(path).content.decode()
    assert "Sign in to accept" in page
    assert 'name="password"' not in page
    assert visitor.post(path).status_code == 200
    assert membership_of(owner.pk, "alder") is None
    visitor.force_login(owner)
    assert visitor.post(path)["Location"] == "/o/alder/"
    owner.refresh_from_db()
    assert (owner.name, owner.check_password(PASSWORD)) == ("Owner Twin", True)
    assert membership_of(owner.pk, "alder") is not None


def test_the_password_that_somebody_else_chose_opens_nothing_after_the_acceptance(
    world: World, twin: World, visitor: Client
) -> None:
    """An account whose address was never proved may have been opened by somebody else."""
    owner = twin.people["owner"]
    intruder = Client()
    intruder.force_login(owner)
    invite(world, email="owner@twin.example", role="controller", node_id=world.package.pk)
    path = mailed_path(world)
    # Signed in with the old password, without the mailed link.
    with pytest.raises(Conflict):
        accept_invitation(Invitation.objects.get().pk, owner)
    assert join(visitor, path, name="Olive Owner").status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.check_password(PASSWORD), owner.check_password(OWN)) == ("Olive Owner", False, True)
    assert intruder.get("/o/alder/my-work/").status_code == 302
    assert visitor.get("/o/alder/my-work/").status_code == 200


def test_the_inviting_organization_learns_nothing_of_another(world: World, twin: World) -> None:
    admin = Client()
    admin.force_login(world.people["admin"])
    pages = []
    for email in ("owner@twin.example", "nobody@twin.example"):
        typed = {"email": email, "name": "Typed Name"}
        page = admin.post(world.url("/members/new/"), typed, follow=True).content.decode()
        assert "Owner Twin" not in page
        pages.append(re.sub(r"[0-9a-f-]{36}|[\w-]{43}", "", page).replace(email, ""))
        with world.inside():
            Invitation.objects.update(withdrawn_at=clock.now())
    without_keys = [re.sub(r'value="[\w-]{20,}"|"X-CSRFToken": "\w+"|FToken": "\w+"', "", page) for page in pages]
    assert without_keys[0] == without_keys[1]


def test_a_link_works_for_seven_days(world: World, visitor: Client) -> None:
    invite(world)
    path = mailed_path(world)
    with clock.at(date(2026, 10, 21)):
        assert visitor.get(path).status_code == 200
    with clock.at(date(2026, 10, 23)):
        assert visitor.get(path).status_code == 410
        assert join(visitor, path).status_code == 410


def test_sent_again_the_old_link_opens_nothing(world: World, visitor: Client) -> None:
    invitation = invite(world)
    old = mailed_path(world)
    visitor.force_login(world.people["admin"])
    assert visitor.post(world.url(f"/members/invitations/{invitation.pk}/resend/")).status_code == 302
    assert Client().get(old).status_code == 410
    fresh = mailed_path(world)
    assert (len(mail.outbox), Client().get(fresh).status_code) == (2, 200)


def test_a_withdrawn_link_opens_nothing(world: World, visitor: Client) -> None:
    invitation = invite(world)
    path = mailed_path(world)
    visitor.force_login(world.people["admin"])
    page = world.url("/members/")
    assert NEW in visitor.get(page).content.decode()
    assert visitor.post(world.url(f"/members/invitations/{invitation.pk}/withdraw/")).status_code == 302
    assert NEW not in visitor.get(page).content.decode()
    assert join(Client(), path).status_code == 410


def test_an_invitation_is_declined_by_the_link_without_an_account(world: World, visitor: Client) -> None:
    invite(world)
    path = mailed_path(world)
    assert "Declined" in visitor.post(path, {"decline": "1"}).content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert visitor.get(path).status_code == 410
    with world.inside():
        assert AuditEntry.objects.filter(verb=Verb.INVITATION_DECLINED).count() == 1


def test_an_invitation_of_somebody_else_is_not_found(world: World) -> None:
    invitation = invite(world)
    for answered in (accept_invitation, decline_invitation):
        with pytest.raises(Http404):
            answered(invitation.pk, world.people["reader"])


def test_no_administrator_ever_sees_a_link(world: World, visitor: Client) -> None:
    invite(world)
    secret = mailed_path(world).rstrip("/").rpartition("/")[2]
    visitor.force_login(world.people["admin"])
    assert secret not in visitor.get(world.url("/members/")).content.decode()
    with world.inside():
        kept = [str(row) for row in (*Invitation.objects.values(), *AuditEntry.objects.values())]
    assert not any(secret in row for row in kept)


def test_a_role_that_may_no_longer_be_granted_lets_the_person_in_without_it(world: World, visitor: Client) -> None:
    invite(world, role="owner", node_id=world.package.pk)
    Membership.objects.filter(user=world.people["admin"]).update(is_admin=False)
    assert join(visitor, mailed_path(world)).status_code == 302
    with world.inside():
        assert not RoleGrant.objects.filter(user__email=NEW).exists()


def test_who_left_is_invited_and_comes_back(world: World, visitor: Client) -> None:
    owner = Membership.objects.get(user=world.people["owner"])
    with world.inside():
        deactivate_member(world.actor("admin"), owner.pk, successors={})
    invite(world, email="owner@alder.example")
    assert join(visitor, mailed_path(world)).status_code == 302
    owner.refresh_from_db()
    assert owner.is_active


class AwayBackend(EmailBackend):
    """A mail server that ends the talk, or refuses the address, as the test says."""

    error: Exception = SMTPServerDisconnected("gone")

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.fixture
def away() -> Iterator[type[AwayBackend]]:
    with override_settings(EMAIL_BACKEND=f"{__name__}.AwayBackend"):
        yield AwayBackend


def test_a_server_that_is_away_gets_the_letter_when_it_is_back(world: World, away: type[AwayBackend]) -> None:
    invitation = invite(world)
    settle(world)
    invitation.refresh_from_db()
    assert (invitation.mailed_at, invitation.digest) == (None, None)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert run_duty(world.organization.pk, "members.invitations") == 1
    assert [letter.to for letter in mail.outbox] == [[NEW]]


def test_a_refused_address_is_shown_to_who_invited(
    world: World, away: type[AwayBackend], monkeypatch: pytest.MonkeyPatch, visitor: Client
) -> None:
    monkeypatch.setattr(AwayBackend, "error", SMTPRecipientsRefused({NEW: (550, b"no such box")}))
    invite(world)
    settle(world)
    visitor.force_login(world.people["admin"])
    page = visitor.get(world.url("/members/")).content.decode()
    assert "The mail server refused it:" in page
    assert "no such box" in page


@override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
def test_without_a_mail_server_the_operator_prints_the_link(world: World, visitor: Client) -> None:
    invite(world)
    settle(world)
    assert mail.outbox == []
    visitor.force_login(world.people["admin"])
    page = visitor.get(world.url("/members/")).content.decode()
    assert "No mail server is set up." in page
    assert "manage.py invitation_link" in page
    said = StringIO()
    call_command("invitation_link", "alder", NEW, stdout=said)
    path = said.getvalue().strip().partition("://")[2].partition("/")[2]
    assert join(Client(), f"/{path}").status_code == 302
    with world.inside():
        assert AuditEntry.objects.get(verb=Verb.INVITATION_PRINTED).actor_name == "cat4"


@pytest.mark.parametrize(
    ("slug", "email", "said"), [("alder", "x@y.example", "is invited"), ("elm", NEW, "no organization elm")]
)
def test_the_operator_is_told_what_is_wrong(world: World, slug: str, email: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("invitation_link", slug, email)


def test_a_reset_by_mail_proves_the_address(world: World, visitor: Client) -> None:
    reader = world.people["reader"]
    assert not is_proved(reader)
    visitor.post("/accounts/password/reset/", {"email": reader.email})
    link = re.search(r"https?://[^/]+(/accounts/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = visitor.get(link[1])["Location"]
    visitor.post(form, {"password1": OWN, "password2": OWN})
    assert is_proved(reader)


def test_the_start_page_shows_an_invitation_and_takes_the_answer(world: World, twin: World, visitor: Client) -> None:
    owner = twin.people["owner"]
    invitation = invite(world, email="owner@twin.example")
    visitor.force_login(owner)
    page = visitor.get("/").content.decode()
    assert "Admin Alder asks you in." in page
    assert "Open the link in the mail to owner@twin.example to accept" in page
    accept = f"/accounts/invitations/{invitation.pk}/accept/"
    assert visitor.post(accept)["Location"] == "/organizations/"
    assert membership_of(owner.pk, "alder") is None
    prove(owner)
    assert visitor.post(accept)["Location"] == "/o/alder/"
    assert visitor.get("/o/alder/my-work/").status_code == 200


def test_the_password_of_the_demo_opens_nothing_outside_a_demo(world: World, visitor: Client) -> None:
    reader = world.people["reader"]
    reader.set_password("value-plan-2028")
    reader.save()
    typed = {"login": reader.email, "password": "value-plan-2028"}
    refused = visitor.post("/accounts/login/", typed)
    assert "password" in refused.content.decode()
    assert refused.status_code == 200
    with override_settings(CAT4_DEMO=True):
        assert visitor.post("/accounts/login/", typed).status_code == 302


def test_invitations_end_after_their_days_by_the_clock_alone(world: World) -> None:
    invitation = invite(world)
    settle(world)
    invitation.refresh_from_db()
    assert invitation.expires_at is not None
    assert invitation.expires_at - clock.now() == timedelta(days=7)
