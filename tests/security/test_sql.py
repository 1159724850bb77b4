"""What raw SQL of the serving role can't do to money and decisions, whatever the application would say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from governance.gates.models import GateApproval, GateRequest
from measures.models import Baseline, Document, EffectMonth, Measure
from tests.databases import starts_defined
from tests.governance.gates.test_database import insert_decision, run
from tests.governance.ready import lock_through_september, ready_measure
from tests.world import World


def entries() -> list[tuple[Any, ...]]:
    return list(EffectMonth.objects.order_by("id").values_list())


def refused(said: str, statement: str, *values: Any) -> None:
    """The statement fails with our sentence, and no month moved."""
    before = entries()
    with pytest.raises(DatabaseError, match=said):
        run(statement, *values)
    assert entries() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_effectmonth SET plan = plan + 1",
        "UPDATE measures_effectmonth SET plan = NULL",
        "DELETE FROM measures_effectmonth WHERE plan IS NOT NULL",
        "INSERT INTO measures_effectmonth (organization_id, measure_id, line_id, month, plan)"
        " SELECT organization_id, measure_id, line_id, '2027-12-01', plan FROM measures_effectmonth LIMIT 1",
    ],
)
def test_a_frozen_plan_is_not_changed(inside: World, statement: str) -> None:
    ready_measure(inside, doi=3)
    refused("the plan of .* is frozen", statement)


def test_a_plan_that_is_not_frozen_is_changed(inside: World) -> None:
    ready_measure(inside, doi=2)
    assert run("UPDATE measures_effectmonth SET plan = plan + 1") == 13


def test_a_month_stays_with_its_line(inside: World) -> None:
    ready_measure(inside, doi=2)
    refused("stays where it is", "UPDATE measures_effectmonth SET month = '2027-06-01' WHERE month = '2026-12-01'")


@pytest.mark.parametrize(
    "change",
    [
        "forecast = 1",
        "reported = 99, validated = NULL, validated_by_id = NULL",
        "validated = NULL, validated_by_id = NULL",
    ],
)
def test_a_locked_month_takes_no_entry(inside: World, change: str) -> None:
    ready_measure(inside, doi=4)
    lock_through_september()
    refused("is locked", f"UPDATE measures_effectmonth SET {change} WHERE month = '2026-09-01'")
    assert run("UPDATE measures_effectmonth SET forecast = 1 WHERE month = '2026-10-01'") == 1


def test_a_locked_month_gets_no_new_entry_and_loses_none(inside: World) -> None:
    measure = ready_measure(inside, doi=4, frozen=False)
    EffectMonth.objects.filter(month="2026-02-01").update(plan=None)
    lock_through_september()
    refused("is locked", "DELETE FROM measures_effectmonth WHERE month = '2026-02-01'")
    refused(
        "is locked",
        "INSERT INTO measures_effectmonth (organization_id, measure_id, line_id, month, reported, reported_by_id)"
        " SELECT organization_id, measure_id, line_id, '2025-12-01', 5, reported_by_id FROM measures_effectmonth"
        " WHERE measure_id = %s AND month = '2026-02-01'",
        measure.pk,
    )


def test_what_is_reported_in_a_locked_month_may_still_be_validated(inside: World) -> None:
    ready_measure(inside, doi=4)
    nobody = {"validated": None, "validated_by": None, "validated_at": None}
    EffectMonth.objects.filter(month="2026-09-01").update(**nobody)
    lock_through_september()
    confirm = "UPDATE measures_effectmonth SET validated = reported, validated_by_id = %s WHERE month = '2026-09-01'"
    refused("only the controller", confirm, inside.people["pmo"].pk)
    assert run(confirm, inside.people["controller"].pk) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("validated = validated + 1", "only what was reported is validated"),
        ("reported = reported + 1", "only what was reported is validated"),
        ("validated_by_id = %s", "only the controller of a measure validates"),
    ],
)
def test_a_validated_month_holds_what_its_controller_confirmed(inside: World, change: str, said: str) -> None:
    ready_measure(inside, doi=4)
    values = [inside.people["chair"].pk] if "%s" in change else []
    refused(said, f"UPDATE measures_effectmonth SET {change} WHERE month = '2026-09-01'", *values)


def test_a_baseline_stays_as_it_was_proposed(inside: World) -> None:
    measure = inside.measure()
    proposed = Baseline.objects.create(
        measure=measure, number=1, type="budget", period="FY 2025", source="SAP", amount=5, currency="EUR",
        proposed_by=inside.people["owner"],
    )  # fmt: skip
    approve = "UPDATE measures_baseline SET approved_by_id = %s, approved_at = now()"
    for statement, values in (
        ("UPDATE measures_baseline SET amount = 9", ()),
        ("DELETE FROM measures_baseline", ()),
        (approve, (inside.people["pmo"].pk,)),
        (f"{approve}, amount = 9", (inside.people["controller"].pk,)),
    ):
        with pytest.raises(DatabaseError, match="a baseline stays as it was proposed"):
            run(statement, *values)
    proposed.refresh_from_db()
    assert (proposed.amount, proposed.approved_by_id) == (5, None)
    assert run(approve, inside.people["controller"].pk) == 1
    with pytest.raises(DatabaseError, match="a baseline stays as it was proposed"):
        run("UPDATE measures_baseline SET approved_by_id = NULL, approved_at = NULL")


def test_a_document_is_withdrawn_and_else_stays(inside: World) -> None:
    ready_measure(inside, doi=4)
    before = list(Document.objects.order_by("id").values())
    for statement in (
        "UPDATE measures_document SET sha256 = repeat('f', 64)",
        "UPDATE measures_document SET storage_key = 'elsewhere'",
        "UPDATE measures_document SET withdrawn_at = now(), title = 'Better'",
        "DELETE FROM measures_document",
    ):
        with pytest.raises(DatabaseError, match="a document stays as it was uploaded"):
            run(statement)
    assert list(Document.objects.order_by("id").values()) == before
    assert run("UPDATE measures_document SET withdrawn_at = now()") == len(before)
    with pytest.raises(DatabaseError, match="a document stays as it was uploaded"):
        run("UPDATE measures_document SET withdrawn_at = NULL")


@pytest.mark.parametrize(
    ("kind", "persona", "said"),
    [
        ("size_and_timing", "owner", "only the controller of a measure confirms size and timing"),
        ("size_and_timing", "pmo", "only the controller of a measure confirms size and timing"),
        ("sponsor", "controller", "only the sponsor of a measure approves as sponsor"),
        ("hand_over", "owner", "owner and sponsor of a measure do not accept its hand-over"),
        ("hand_over", "sponsor", "owner and sponsor of a measure do not accept its hand-over"),
    ],
)
def test_a_confirmation_is_its_own_persons(inside: World, kind: str, persona: str, said: str) -> None:
    measure = inside.measure(doi=2)
    request = GateRequest.objects.create(
        measure=measure, kind="advance", from_doi=2, to_doi=3, requested_by=inside.people["owner"]
    )
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        GateApproval.objects.create(
            request=request, kind=kind, person=inside.people[persona], granted=True, at="2026-10-15T09:00Z"
        )
    assert GateApproval.objects.count() == 0


def triggers_of_the_package() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger%%'")
        return [name for (name,) in cursor.fetchall()]


def test_no_session_skips_a_trigger(inside: World) -> None:
    """The package that writes our triggers has a setting by which any session may skip them."""
    names = triggers_of_the_package()
    assert len(names) > 5
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
        measure = inside.measure(doi=1)
        with pytest.raises(DatabaseError, match="the owner of a measure does not decide on it"):
            insert_decision(inside, measure, "owner", "advance", 2)
    assert Measure.objects.get().doi == 1


def test_no_table_of_ones_own_answers_for_a_real_one(inside: World) -> None:
    """The functions behind the triggers would read a temporary table before the real one of the same name."""
    for statement in (
        "CREATE TEMP TABLE governance_gatedecision (number bigint)",
        "CREATE TABLE public.better (number bigint)",
        "CREATE SCHEMA better",
        "CREATE FUNCTION public.better() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            run(statement)


@pytest.fixture
def born_defined(django_db_setup: None) -> Iterator[None]:
    """The one rule that set-up is let off from; before the test's transaction takes the table."""
    with starts_defined(connection.settings_dict["NAME"]):
        yield


@pytest.mark.parametrize("born", [{"doi": 1}, {"doi": 5, "lifecycle": "closed"}, {"lifecycle": "cancelled"}])
def test_no_measure_is_born_behind_a_gate(born_defined: None, inside: World, born: dict[str, Any]) -> None:
    inside.measure("M-1")
    with pytest.raises(DatabaseError, match="a measure starts at DoI 0 and active"), transaction.atomic():
        inside.measure("M-2", **born)
    assert list(Measure.objects.values_list("code", flat=True)) == ["M-1"]
