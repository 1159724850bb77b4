"""Row-level security, table by table, as the role that serves."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from cat4.tenancy.append_only import AppendOnly
from cat4.tenancy.checks import check_database_role, check_tenant_models, refuse_unsafe_role, tenant_models
from cat4.tenancy.context import NoOrganization, current_organization_id, organization_context
from cat4.tenancy.models import TenantModel
from cat4.tenancy.rls import SameOrganization
from measures.models import Measure
from tests import databases
from tests.security.rows import build_row
from tests.world import World, build_world

# Tables that point at an organization and are read before one is known; reached through accounts.selectors.
GLOBAL_TABLES = {"accounts_membership", "accounts_invitation"}
every_tenant_table = pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
Model = type[TenantModel]


def rows_of(model: Model) -> models.QuerySet[Any]:
    return model._base_manager.all()


@every_tenant_table
def test_rows_of_another_organization_can_neither_be_read_changed_nor_deleted(
    model: Model, world: World, twin: World
) -> None:
    with twin.inside():
        foreign = build_row(model, twin)
    with world.inside():
        assert not rows_of(model).filter(pk=foreign.pk).exists()
        if not issubclass(model, AppendOnly):
            assert rows_of(model).filter(pk=foreign.pk).update(organization=world.organization) == 0
            with connection.cursor() as cursor:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE id = %s', [foreign.pk])
                assert cursor.rowcount == 0
    with twin.inside():
        assert rows_of(model).get(pk=foreign.pk).organization_id == twin.organization.pk


@every_tenant_table
def test_a_row_cannot_be_written_into_another_organization(model: Model, world: World, twin: World) -> None:
    # A trigger may refuse first: it doesn't find there what the row points at.
    refusal = "row-level security|cat4: the month .* is not locked"
    with world.inside(), pytest.raises(ProgrammingError, match=refusal), transaction.atomic():
        build_row(model, world, organization=twin.organization)


@every_tenant_table
def test_a_row_cannot_be_moved_to_another_organization(model: Model, world: World, twin: World) -> None:
    refusal = "permission denied" if issubclass(model, AppendOnly) else "row-level security"
    with world.inside():
        own = build_row(model, world)
        with pytest.raises(ProgrammingError, match=refusal), transaction.atomic():
            rows_of(model).filter(pk=own.pk).update(organization=twin.organization)
        assert rows_of(model).get(pk=own.pk).organization_id == world.organization.pk


POINTERS = [
    (model, constraint.field)
    for model in tenant_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, SameOrganization)
]


@pytest.mark.parametrize(
    ("model", "field"), POINTERS, ids=[f"{model._meta.label}.{field}" for model, field in POINTERS]
)
def test_a_row_cannot_point_into_another_organization(model: Model, field: str, world: World, twin: World) -> None:
    target: Any = model._meta.get_field(field).related_model
    with twin.inside():
        foreign = build_row(target, twin)
    with world.inside(), pytest.raises(IntegrityError, match=f"{field}_same_organization"), transaction.atomic():
        given = {"level": 4, "path": []} if field == "parent" else {}
        build_row(model, world, **given, **{field: foreign})
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@every_tenant_table
def test_without_an_organization_no_row_is_seen_or_written(model: Model, world: World) -> None:
    with world.inside():
        build_row(model, world)
    assert not rows_of(model).exists()
    with pytest.raises((ProgrammingError, NoOrganization)), transaction.atomic():
        build_row(model, world, organization=world.organization)


@pytest.mark.django_db(transaction=True)
def test_a_raw_connection_without_the_setting_sees_no_row_and_raises_nothing(world: World) -> None:
    with world.inside():
        world.measure()
    database = connection.settings_dict
    login = {"host": database["HOST"], "port": database["PORT"], "dbname": database["NAME"]}
    with psycopg.connect(**login, user=database["USER"], password=database["PASSWORD"]) as raw:
        counting = "SELECT count(*) FROM measures_measure"
        assert raw.execute(counting).fetchone() == (0,)
        raw.execute("SELECT set_config('app.organization_id', %s, true)", [str(world.organization.pk)])
        assert raw.execute(counting).fetchone() == (1,)
        raw.commit()
        # After the transaction PostgreSQL reads the setting as '', which is no UUID.
        assert raw.execute("SELECT current_setting('app.organization_id', true)").fetchone() == ("",)
        assert raw.execute(counting).fetchone() == (0,)


def test_contexts_nest_and_give_back_the_one_around(world: World, twin: World) -> None:
    with world.inside():
        world.measure()
        with twin.inside():
            assert current_organization_id() == twin.organization.pk
            assert Measure.objects.count() == 0
        assert current_organization_id() == world.organization.pk
        assert Measure.objects.count() == 1
    with pytest.raises(NoOrganization):
        current_organization_id()
    assert Measure.objects.count() == 0


def test_an_error_inside_gives_back_the_context_around_and_undoes_the_work(world: World, twin: World) -> None:
    with world.inside():
        world.measure()
        with pytest.raises(RuntimeError, match="midway"), twin.inside():
            twin.measure()
            raise RuntimeError("midway")
        assert current_organization_id() == world.organization.pk
        assert Measure.objects.count() == 1
    with twin.inside():
        assert Measure.objects.count() == 0


def test_a_database_error_inside_gives_back_the_context_around(world: World, twin: World) -> None:
    with world.inside():
        world.measure()
        with pytest.raises(IntegrityError), twin.inside():
            twin.measure("same")
            twin.measure("same")
        assert Measure.objects.count() == 1


def test_a_context_that_is_marked_for_rollback_ends_without_error(world: World) -> None:
    with world.inside():
        world.measure()
        transaction.set_rollback(True)
    with world.inside():
        assert Measure.objects.count() == 0


@pytest.mark.django_db
def test_every_table_with_an_organization_forces_exactly_one_policy_for_reading_and_writing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                   array_agg(p.polcmd::text), bool_and(p.polpermissive), count(p.polwithcheck), count(p.polqual)
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
              LEFT JOIN pg_policy p ON p.polrelid = c.oid
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
             GROUP BY c.oid
            """
        )
        found = {name: tuple(facts) for name, *facts in cursor.fetchall()}
    assert found.keys() - GLOBAL_TABLES == {model._meta.db_table for model in tenant_models()}
    guarded = (True, True, ["*"], True, 1, 1)
    assert {name for name, facts in found.items() if facts != guarded} == GLOBAL_TABLES


@pytest.mark.django_db
def test_no_view_materialised_view_or_definer_function_goes_round_the_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
             UNION ALL
            SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
            """
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_every_pointer_between_tenant_tables_is_a_composite_key_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.position)
              FROM pg_constraint c
              CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, position)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             WHERE c.contype = 'f' AND cardinality(c.conkey) = 2
             GROUP BY c.oid
            """
        )
        found = {(table, tuple(columns)) for table, columns in cursor.fetchall()}
    expected = {
        (model._meta.db_table, ("organization_id", field.column))
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, TenantModel)
    }
    assert found == expected


def test_the_system_check_finds_nothing_to_say_about_the_tenant_models() -> None:
    assert check_tenant_models() == []


def test_the_system_check_names_a_model_without_policy_and_a_pointer_without_composite_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Measure._meta, "constraints", [])
    found = {(error.id, error.msg) for error in check_tenant_models()}
    assert ("tenancy.E001", "measures.Measure has no OrganizationPolicy.") in found
    assert ("tenancy.E002", "measures.Measure.package has no SameOrganization constraint.") in found


APPEND_ONLY = [model for model in tenant_models() if issubclass(model, AppendOnly)]


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_serving_role_has_no_right_to_change_what_is_append_only(
    model: Model, statement: str, world: World
) -> None:
    with world.inside():
        build_row(model, world)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement.format(f'"{model._meta.db_table}"'))


@pytest.mark.django_db(transaction=True)
def test_a_trigger_keeps_even_the_owner_from_changing_what_is_append_only() -> None:
    """One committed row in each table, in an organization of its own: copying a database for each took minutes."""
    refused = []
    for number, model in enumerate(APPEND_ONLY):
        world = build_world(f"org-{number}")
        with world.inside():
            build_row(model, world)
        for statement in ("UPDATE {} SET id = id", "DELETE FROM {}"):
            with databases.as_owner(connection.settings_dict["NAME"]) as owner, owner.transaction():
                owner.execute("SELECT set_config('app.organization_id', %s, true)", [str(world.organization.pk)])
                with pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete"):
                    owner.execute(statement.format(f'"{model._meta.db_table}"'))
                refused.append(model)
    assert refused == [model for model in APPEND_ONLY for _ in range(2)]


@pytest.mark.django_db
def test_the_serving_role_passes_the_check_of_roles() -> None:
    assert check_database_role() == []
    refuse_unsafe_role()


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_tables_is_refused_as_serving_role_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = connection.settings_dict
    with databases.as_owner() as owner:
        password = owner.info.password
    connection.close()
    monkeypatch.setitem(own, "USER", "cat4_owner")
    monkeypatch.setitem(own, "PASSWORD", password)
    try:
        (error,) = check_database_role()
        assert error.msg == "The database role cat4_owner could bypass row-level security: owns tables."
        monkeypatch.setattr(settings, "DATABASE_ROLE_CHECK", False)
        assert check_database_role() == []
        with pytest.raises(SystemExit, match="cat4_owner could bypass row-level security: owns tables"):
            refuse_unsafe_role()
    finally:
        connection.close()


def test_a_superuser_and_a_bypassing_role_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cat4.tenancy.checks.connection", _Answering(("postgres", True, True, True)))
    (error,) = check_database_role()
    assert error.id == "tenancy.E003"
    assert error.msg == (
        "The database role postgres could bypass row-level security: superuser, BYPASSRLS, owns tables."
    )


class _Answering:
    """A connection whose role is what the test says; the test run itself may not make superusers."""

    def __init__(self, row: tuple[object, ...]) -> None:
        self.row = row

    def cursor(self) -> _Answering:
        return self

    def __enter__(self) -> _Answering:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def execute(self, statement: str) -> None:
        assert "pg_has_role" in statement

    def fetchone(self) -> tuple[object, ...]:
        return self.row


def test_an_organization_that_does_not_exist_can_be_entered_and_is_empty(world: World) -> None:
    with world.inside():
        world.measure()
    with organization_context(world.people["owner"].pk):
        assert Measure.objects.count() == 0
