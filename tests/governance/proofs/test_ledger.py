"""The chain, and the command that verifies it (domain section 13)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from governance.months.actions.lock import lock_period
from tests.databases import as_owner
from tests.governance.months.test_periods import AUGUST, SEPTEMBER
from tests.world import World


def verify(*arguments: str) -> tuple[int, str]:
    """The exit code and the words of `manage.py verify_ledger`."""
    words = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=words)
    except CommandError as error:
        return error.returncode, f"{words.getvalue()}{error}"
    return 0, words.getvalue()


def lock_two(world: World) -> None:
    with world.inside():
        for month in (AUGUST, SEPTEMBER):
            lock_period(world.actor("pmo"), month=month)


def as_forger(statement: str, table: str) -> None:
    """Change a row as the owner of the table, past its triggers and past row-level security."""
    triggers = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
    with as_owner(str(connection.settings_dict["NAME"])) as owner:
        for (trigger,) in owner.execute(triggers, [table]).fetchall():
            owner.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute(statement)


def test_whole_chains_are_counted_per_organization(world: World, twin: World) -> None:
    lock_two(world)
    assert verify() == (0, "alder: 6 entries, intact.\ntwin: 0 entries, intact.\n")
    assert verify("--organization", "twin") == (0, "twin: 0 entries, intact.\n")


def test_an_unknown_organization_is_named(world: World) -> None:
    assert verify("--organization", "nobody") == (2, "There is no organization nobody.")


@pytest.mark.django_db(transaction=True)
def test_a_byte_that_was_flipped_in_the_ledger_is_named(world: World, twin: World) -> None:
    lock_two(world)
    lock_two(twin)
    as_forger(
        "UPDATE audit_ledgerentry SET content = replace(content, 'Sep 2026', 'Oct 2026') WHERE sequence = 4"
        f" AND organization_id = '{world.organization.pk}'",
        "audit_ledgerentry",
    )
    code, words = verify()
    assert code == 1
    assert "alder: broken at entry 4: its content doesn't match its hash.\n" in words
    assert "twin: 6 entries, intact.\n" in words
    assert words.endswith("The ledger is broken in: alder.")


@pytest.mark.django_db(transaction=True)
def test_an_audit_entry_that_was_changed_behind_its_link_is_named(world: World) -> None:
    lock_two(world)
    as_forger("UPDATE audit_auditentry SET actor_name = 'Somebody' WHERE summary LIKE '%Aug%'", "audit_auditentry")
    code, words = verify("--organization", "alder")
    assert (code, words.splitlines()[0]) == (
        1,
        "alder: broken at entry 1: the audit entry it stands for was changed.",
    )


@pytest.mark.django_db(transaction=True)
def test_a_link_that_was_taken_out_is_named(world: World) -> None:
    lock_two(world)
    as_forger("DELETE FROM audit_ledgerentry WHERE sequence = 1", "audit_ledgerentry")
    assert "alder: broken at entry 2: entry 1 is missing." in verify()[1]
