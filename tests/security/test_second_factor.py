"""A second factor: set up by the person, asked by the organization, lost and taken away, and nothing for a token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from cat4 import clock
from cat4.accounts.addresses import prove
from cat4.accounts.factors import FactorAdapter, has_factor, relying_party
from cat4.accounts.models import AccountEvent, AccountEventKind, ApiToken, Membership
from cat4.accounts.selectors import token_digest
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from cat4.tenancy.models import Organization
from governance.step_up import confirm_identity
from hierarchy.constants import Verb
from tests.world import PASSWORD, World

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def digits(secret: str = SECRET) -> str:
    """What the app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_app(world: World, persona: str) -> None:
    TOTP.activate(world.people[persona], SECRET)


def sign_in(client: Client, world: World, persona: str) -> Any:
    typed = {"login": f"{persona}@alder.example", "password": PASSWORD}
    return client.post("/accounts/login/", typed)


def ask(world: World, *duties: str) -> None:
    Organization.objects.filter(pk=world.organization.pk).update(second_factor_for=sorted(duties))


def test_the_secret_of_an_app_is_kept_encrypted(world: World) -> None:
    with_app(world, "controller")
    kept = str(Authenticator.objects.get().data)
    assert SECRET not in kept
    adapter = FactorAdapter()
    assert adapter.decrypt(Authenticator.objects.get().data["secret"]) == SECRET


def test_what_was_encrypted_under_an_old_key_is_still_read() -> None:
    with override_settings(SECRET_KEY="the old one"):
        kept = FactorAdapter().encrypt("a secret")
    with override_settings(SECRET_KEY="the new one", SECRET_KEY_FALLBACKS=["the old one"]):
        assert FactorAdapter().decrypt(kept) == "a secret"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://cat4.example.org", "cat4.example.org"),
        ("http://127.0.0.1:8000", "localhost"),
        ("http://[::1]:80", "localhost"),
    ],
)
def test_keys_are_bound_to_the_public_address(url: str, name: str) -> None:
    with override_settings(PUBLIC_URL=url):
        assert relying_party() == name


def test_an_app_is_set_up_with_its_digits_and_codes_are_shown_once(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    client, person = Client(), world.people["controller"]
    prove(person)
    sign_in(client, world, "controller")
    page = client.get("/accounts/2fa/app/activate/", follow=True)
    page = client.post(
        "/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/app/activate/"}, follow=True
    )
    found = re.search(r"<code>([A-Z2-7]{16,})</code>", page.content.decode())
    assert found is not None
    wrong = client.post("/accounts/2fa/app/activate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/accounts/2fa/app/activate/", {"code": digits(found[1])}, follow=True)
    assert has_factor(person)
    assert "Recovery codes" in page.content.decode()
    kinds = AccountEvent.objects.filter(user=person, kind=AccountEventKind.FACTOR_ADDED).values_list(
        "detail", flat=True
    )
    assert "TOTP Authenticator" in kinds


def test_an_unproved_address_is_led_to_prove_itself_first(world: World) -> None:
    client = Client()
    sign_in(client, world, "controller")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})
    for path in ("/accounts/2fa/app/activate/", "/accounts/2fa/keys/add/"):
        assert "Prove your address" in client.get(path, follow=True).content.decode()
    assert not has_factor(world.people["controller"])


def test_signing_in_takes_the_password_and_the_digits(world: World) -> None:
    with_app(world, "controller")
    client = Client()
    answer = sign_in(client, world, "controller")
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get(world.url("/my-work/")).status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get(world.url("/my-work/")).status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": digits()}).status_code == 302
    assert client.get(world.url("/my-work/")).status_code == 200


@pytest.mark.parametrize(
    ("duty", "asked"),
    [("decide", {"chair", "member"}), ("validate", {"controller"}), ("administer", {"admin"})],
)
def test_who_has_the_duty_is_led_to_it_once_a_session(world: World, duty: str, asked: set[str]) -> None:
    ask(world, duty)
    led = set()
    for persona in ("pmo", "owner", "sponsor", "controller", "chair", "member", "reader", "admin"):
        client = Client()
        client.force_login(world.people[persona])
        page = client.get(world.url("/my-work/")).content.decode()
        if "Set up a second factor" in page:
            led.add(persona)
            assert "Do it by" in page
            assert "Set up a second factor" not in client.get(world.url("/my-work/")).content.decode()
    assert led == asked


def test_after_fourteen_days_nothing_else_opens(world: World) -> None:
    ask(world, "validate")
    client = Client()
    client.force_login(world.people["controller"])
    client.get(world.url("/my-work/"))
    due = Membership.objects.get(user=world.people["controller"]).factor_due_on
    assert due == date(2026, 10, 29)
    with clock.at(date(2026, 10, 29)):
        assert client.get(world.url("/my-work/")).status_code == 200
    with clock.at(date(2026, 10, 30)):
        page = client.get(world.url("/my-work/"))
        assert (page.status_code, "The time for it ended on" in page.content.decode()) == (403, True)
        assert client.get(world.url("/api/v1/measures/")).status_code == 403
        assert client.get("/accounts/2fa/").status_code == 200
        with_app(world, "controller")
        assert client.get(world.url("/my-work/")).status_code == 200


def test_another_organization_asks_for_itself_alone(world: World, twin: World) -> None:
    ask(world, "validate")
    client = Client()
    client.force_login(twin.people["controller"])
    assert "Set up a second factor" not in client.get(twin.url("/my-work/")).content.decode()


def test_an_administrator_asks_for_it_and_the_ledger_says_so(world: World) -> None:
    client = Client()
    client.force_login(world.people["admin"])
    answer = client.post(world.url("/settings/sign-in/"), {"duties": ["validate", "decide"]})
    assert answer.status_code == 302
    world.organization.refresh_from_db()
    assert world.organization.second_factor_for == ["decide", "validate"]
    with world.inside():
        assert AuditEntry.objects.get(verb=Verb.SECOND_FACTOR_ASKED).ledger.sequence == 1
    assert client.post(world.url("/settings/sign-in/"), {"duties": ["rule"]}).status_code == 422


def test_a_token_neither_decides_nor_validates_where_it_is_asked(world: World) -> None:
    membership = Membership.objects.get(user=world.people["controller"])
    ApiToken.objects.create(membership=membership, name="ERP", digest=token_digest("key"))
    client = Client(headers={"Authorization": "Bearer key"})

    def refused() -> bool:
        validate = world.url(f"/api/v1/effect-lines/{uuid4()}/actuals/validation/")
        answer = client.post(validate, {}, content_type="application/json")
        return answer.status_code == 403 and "a token has none" in answer.json()["detail"]

    assert not refused()
    ask(world, "validate")
    assert refused()
    assert client.get(world.url("/api/v1/measures/")).status_code == 200


def test_digits_of_the_app_sign_as_the_password_does(inside: World) -> None:
    with_app(inside, "controller")
    actor = inside.actor("controller")
    confirm_identity(actor, digits())
    with pytest.raises(Invalid):
        confirm_identity(actor, "000000")


def test_the_operator_takes_a_lost_factor_away_and_everybody_hears(world: World) -> None:
    with_app(world, "controller")
    Membership.objects.filter(user=world.people["controller"]).update(factor_due_on=date(2026, 1, 1))
    said = StringIO()
    call_command("reset_second_factor", "controller@alder.example", stdout=said)
    assert not has_factor(world.people["controller"])
    assert "no second factor any more" in said.getvalue()
    assert Membership.objects.get(user=world.people["controller"]).factor_due_on is None
    assert [letter.subject for letter in mail.outbox] == ["cat4: Your second factor was taken away"]
    with world.inside():
        assert AuditEntry.objects.filter(verb=Verb.SECOND_FACTOR_RESET).count() == 1
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", "controller@alder.example")
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody@alder.example")
