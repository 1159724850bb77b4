"""The audit and its chain: complete, in the transaction of the change, and tamper-evident."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from cat4 import clock
from cat4.audit.actions import ForeignActor, record
from cat4.audit.ledger import GENESIS, ChainReport, content_of, link_hash, verify_chain
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.tenancy.ids import new_id
from tests import databases
from tests.world import World


def write(world: World, *, ledger: bool = True, **changes: Any) -> AuditEntry:
    facts: dict[str, Any] = {"summary": "locked September 2026", "change": {"month": date(2026, 9, 1)}} | changes
    return record(world.actor("controller"), "period.locked", world.package, ledger=ledger, **facts)


def test_an_entry_says_who_when_what_why_and_what_set_it_off(world: World) -> None:
    actor = replace(world.actor("owner"), on_behalf_of=world.people["pmo"].pk, cause="import", request_id="r-1")
    with world.inside():
        measure = world.measure()
        record(
            actor,
            "measure.edited",
            measure,
            summary="changed the target",
            change={"target_amount": [Decimal("1200.00"), Decimal("1300.00")]},
            reason="New quote",
            measure_id=measure.pk,
        )
        entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.on_behalf_of_id) == (
        world.people["owner"].pk,
        "Owner Alder",
        world.people["pmo"].pk,
    )
    assert (entry.cause, entry.request_id, entry.verb, entry.reason) == ("import", "r-1", "measure.edited", "New quote")
    assert (entry.object_type, entry.object_id, entry.measure_id) == ("measures.measure", measure.pk, measure.pk)
    assert entry.change == {"target_amount": ["1200.00", "1300.00"]}
    assert entry.at == clock.now()
    assert not hasattr(entry, "ledger")


def test_an_entry_goes_with_its_change_when_that_is_undone(world: World) -> None:
    with world.inside():
        with pytest.raises(RuntimeError), transaction.atomic():
            write(world)
            raise RuntimeError
        assert (AuditEntry.objects.count(), LedgerEntry.objects.count()) == (0, 0)


def test_an_actor_of_another_organization_leaves_no_record_here(world: World, twin: World) -> None:
    with world.inside():
        with pytest.raises(ForeignActor):
            record(twin.actor("admin"), "measure.edited", world.package, summary="edited")
        assert AuditEntry.objects.count() == 0


def test_each_link_carries_its_sequence_its_content_and_the_hash_before(world: World) -> None:
    with world.inside():
        entries = [write(world) for _ in range(3)]
        links = list(LedgerEntry.objects.all())
    assert [link.sequence for link in links] == [1, 2, 3]
    assert [link.previous_hash for link in links] == [GENESIS, links[0].hash, links[1].hash]
    for link, entry in zip(links, entries, strict=True):
        assert link.content == content_of(entry)
        assert link.hash == link_hash(link.previous_hash, link.sequence, link.content)


def test_an_intact_chain_verifies_after_a_round_trip_through_the_database(world: World) -> None:
    odd = {
        "größe": ["1 €", None],
        "a": {"z": [1, True], "b": "x\n"},
        "amount": Decimal("-0.10"),
        "on": date(2026, 1, 1),
    }
    with world.inside():
        write(world, change=odd, reason="Zeile 1\nZeile 2")
        write(world)
        assert verify_chain() == ChainReport(entries=2)
        assert verify_chain().intact


def test_an_empty_chain_is_intact(world: World) -> None:
    with world.inside():
        assert verify_chain() == ChainReport(entries=0)


def test_every_organization_has_a_chain_of_its_own(world: World, twin: World) -> None:
    for each in (world, twin, world):
        with each.inside():
            write(each)
    with world.inside():
        assert [link.sequence for link in LedgerEntry.objects.all()] == [1, 2]
        assert verify_chain() == ChainReport(entries=2)
    with twin.inside():
        assert verify_chain() == ChainReport(entries=1)


def test_a_chain_cannot_fork(world: World) -> None:
    with world.inside():
        write(world)
        link = LedgerEntry.objects.get()
        other = write(world, ledger=False)
        with pytest.raises(IntegrityError, match="ledger_no_fork"), transaction.atomic():
            LedgerEntry.objects.create(
                sequence=2, entry=other, content="{}", previous_hash=link.previous_hash, hash="f" * 64
            )
        with pytest.raises(IntegrityError, match="ledger_sequence"), transaction.atomic():
            LedgerEntry.objects.create(sequence=1, entry=other, content="{}", previous_hash=link.hash, hash="f" * 64)


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_take_turns(world: World) -> None:
    """The second waits for the first to commit, and links to it."""
    errors: list[BaseException] = []
    go = threading.Barrier(2, timeout=20)

    def work() -> None:
        try:
            go.wait()
            for _ in range(5):
                with world.inside():
                    write(world)
        except BaseException as error:  # noqa: BLE001  (handed to the test)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    with world.inside():
        assert verify_chain() == ChainReport(entries=10)


@contextmanager
def tampering(world: World) -> Iterator[psycopg.Connection]:
    """What only someone who owns the tables could do: triggers switched off, inside the organization."""
    with databases.as_owner(connection.settings_dict["NAME"]) as owner, owner.transaction():
        owner.execute("SELECT set_config('app.organization_id', %s, true)", [str(world.organization.pk)])
        for table in ("audit_auditentry", "audit_ledgerentry"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield owner


CHANGED = "the audit entry it stands for was changed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "report"),
    [
        ("UPDATE audit_auditentry SET reason = 'other' WHERE summary = '2'", ChainReport(1, 2, CHANGED)),
        ("UPDATE audit_auditentry SET at = at + interval '1 us' WHERE summary = '2'", ChainReport(1, 2, CHANGED)),
        (
            "UPDATE audit_ledgerentry SET content = replace(content, '2', '3') WHERE sequence = 2",
            ChainReport(1, 2, "its content doesn't match its hash"),
        ),
        (
            f"UPDATE audit_ledgerentry SET previous_hash = '{'a' * 64}' WHERE sequence = 3",
            ChainReport(2, 3, "it doesn't carry the hash of the entry before"),
        ),
        ("DELETE FROM audit_ledgerentry WHERE sequence = 1", ChainReport(0, 2, "entry 1 is missing")),
        ("DELETE FROM audit_ledgerentry WHERE sequence = 2", ChainReport(1, 3, "entry 2 is missing")),
    ],
)
def test_the_first_entry_that_was_tampered_with_is_named(world: World, statement: str, report: ChainReport) -> None:
    with world.inside():
        for number in range(1, 5):
            write(world, summary=str(number))
    with tampering(world) as owner:
        assert owner.execute(statement).rowcount == 1
    with world.inside():
        assert verify_chain() == report
        assert not verify_chain().intact


@pytest.mark.django_db(transaction=True)
def test_content_and_hash_changed_together_break_the_next_link(world: World) -> None:
    with world.inside():
        for number in range(1, 4):
            write(world, summary=str(number))
        first, second, _ = LedgerEntry.objects.select_related("entry")
        second.entry.summary = "2, but better"
        content = content_of(second.entry)
    with tampering(world) as owner:
        owner.execute("UPDATE audit_auditentry SET summary = '2, but better' WHERE summary = '2'")
        owner.execute(
            "UPDATE audit_ledgerentry SET content = %s, hash = %s WHERE sequence = 2",
            [content, link_hash(first.hash, 2, content)],
        )
    with world.inside():
        assert verify_chain() == ChainReport(2, 3, "it doesn't carry the hash of the entry before")


def test_the_hash_covers_sequence_content_and_the_hash_before() -> None:
    hashes = {link_hash(GENESIS, 1, "a"), link_hash(GENESIS, 2, "a"), link_hash(GENESIS, 1, "b")}
    hashes.add(link_hash("1" * 64, 1, "a"))
    assert len(hashes) == 4
    assert link_hash(GENESIS, 1, "{}") == "857ee6299d26533d1f5f46c02209ae8bc34dc4898a8a9545493946b4ea59d6f3"


def test_ids_are_ordered_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
