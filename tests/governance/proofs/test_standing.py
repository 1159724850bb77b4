"""What was written or altered behind the ledger is found, both ways, and so is a ledger whose end was cut off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cat4 import clock
from cat4.audit.actions import record
from cat4.audit.ledger import verify_chain
from cat4.audit.models import LedgerEntry
from governance.models import LedgerVerification
from governance.proofs.actions.verifying import verify_now
from measures.models import EffectLine
from tests.governance.proofs.scene import act_on_everything
from tests.governance.proofs.test_ledger import as_forger, lock_two
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acted(world: World) -> World:
    """One of each kind of act, a deputy's among them."""
    with world.inside():
        act_on_everything(world)
    return world


def found(world: World) -> list[str]:
    with world.inside():
        return verify_now().findings


def test_what_nobody_touched_holds_and_each_verification_is_kept(acted: World) -> None:
    assert [found(acted), found(acted)] == [[], []]
    with acted.inside():
        kept = list(LedgerVerification.objects.values_list("entries", "head_hash"))
        newest = LedgerEntry.objects.order_by("-sequence")[0]
    assert kept == [(newest.sequence, newest.hash)] * 2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE governance_gatedecision SET reason = 'Otherwise.'", "decision 1 on M-1 differs from entry {}: reason"),
        ("UPDATE governance_gateapproval SET comment = 'Never.'", "differs from entry {}: comment"),
        ("UPDATE governance_closuresignature SET comment = 'Never.'", "differs from entry {}: comment"),
        ("UPDATE governance_sustainresult SET needed = needed + 1", "differs from entry {}: needed"),
        ("UPDATE measures_document SET sha256 = repeat('0', 64)", "differs from entry {}: sha256"),
    ],
)
def test_a_row_that_was_altered_behind_its_entry_is_named_with_its_field(
    acted: World, statement: str, said: str
) -> None:
    as_forger(statement, statement.split()[1])
    findings = found(acted)
    assert findings
    before, _, after = said.partition("{}")
    assert before in findings[0]
    assert findings[0].endswith(after)


def test_an_act_that_the_ledger_holds_and_no_row_shows_is_named(acted: World) -> None:
    as_forger("DELETE FROM governance_sustainresult", "governance_sustainresult")
    (gone,) = found(acted)
    assert gone.startswith("a row of sustain that entry ")
    assert gone.endswith(" holds is gone")


def test_an_act_without_an_entry_is_named(acted: World) -> None:
    as_forger(
        "INSERT INTO hierarchy_deputy (id, organization_id, principal_id, deputy_id, first_day, last_day, reason,"
        " named_by_id, named_at) SELECT gen_random_uuid(), organization_id, principal_id, deputy_id, '2027-01-01',"
        " '2027-01-05', 'Forged', named_by_id, '2026-10-02' FROM hierarchy_deputy",
        "hierarchy_deputy",
    )
    assert found(acted) == ["the deputy named on 2026-10-02 is in no entry"]


def test_a_lock_without_an_entry_is_named(world: World) -> None:
    lock_two(world)
    as_forger(
        "UPDATE hierarchy_reportingperiod SET month = '2026-10-01' WHERE month = '2026-07-01'",
        "hierarchy_reportingperiod",
    )
    assert found(world) == ["the lock of Oct 2026 is in no entry"]


def test_an_end_that_was_cut_off_since_the_last_verification_is_named(acted: World) -> None:
    assert found(acted) == []
    with acted.inside():
        last = LedgerEntry.objects.order_by("-sequence")[0].sequence
    as_forger(f"DELETE FROM audit_ledgerentry WHERE sequence = {last}", "audit_ledgerentry")
    (cut, *_) = found(acted)
    assert cut.startswith(f"entry {last}, which the verification of ")
    assert cut.endswith("ended with, is gone: the end was cut off")


@pytest.mark.parametrize(("hours", "holds"), [(2, True), (4, False)])
def test_an_entry_that_lies_hours_before_the_one_before_it_is_named(world: World, hours: int, holds: bool) -> None:
    now = datetime(2026, 10, 15, 12, tzinfo=UTC)
    with world.inside():
        for at in (now, now - timedelta(hours=hours)):
            with clock.at(at):
                record(world.actor("pmo"), "test.acted", world.package, summary="acted", ledger=True)
        report = verify_chain()
    assert (report.intact, report.broken_sequence) == ((True, None) if holds else (False, 2))


def test_a_deputy_whose_row_was_removed_is_named(acted: World) -> None:
    as_forger("DELETE FROM hierarchy_deputy", "hierarchy_deputy")
    assert [finding.startswith("the deputy that entry ") for finding in found(acted)] == [True]


def test_a_line_that_is_called_otherwise_since_contradicts_nothing(acted: World) -> None:
    with acted.inside():
        EffectLine.objects.filter(name="Steel price").update(name="Steel, all grades")
    assert found(acted) == []
