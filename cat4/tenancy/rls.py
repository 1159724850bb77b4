"""Row-level security and same-tenant foreign keys, as Meta constraints that makemigrations writes."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_MINE = "organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid)"


class _SqlConstraint(models.BaseConstraint):
    """A constraint that only SQL knows: created after the table, never checked by Model.full_clean()."""

    def __init__(
        self, *, name: str, violation_error_code: str | None = None, violation_error_message: Any = None
    ) -> None:
        super().__init__(name=name)

    def _statements(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        # Django folds Meta constraints into CreateModel and would paste the SQL into CREATE TABLE.
        # What we write are statements of their own: they run when every table and key of the migration exists.
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        self.constraint_sql(model, schema_editor)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database answers; there is nothing to check in Python."""


class OrganizationPolicy(_SqlConstraint):
    """Only rows of the current organization exist: for reading, writing, and whoever owns the table.

    The setting is read in a sub-select, which PostgreSQL evaluates once per statement and not per row.
    """

    def _statements(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        table, name = schema_editor.quote_name(model._meta.db_table), schema_editor.quote_name(self.name)
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {name} ON {table} FOR ALL USING ({_MINE}) WITH CHECK ({_MINE})",
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table, name = schema_editor.quote_name(model._meta.db_table), schema_editor.quote_name(self.name)
        return f"DROP POLICY {name} ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OrganizationPolicy) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


class SameOrganization(_SqlConstraint):
    """`field` points at a row of the same organization: a composite foreign key.

    PostgreSQL checks plain foreign keys without regard to policies, so without this a guessed id of
    another tenant could be referenced. The target needs a unique (organization, id): TenantModel has it.
    """

    def __init__(self, *, name: str, field: str, **kwargs: Any) -> None:
        super().__init__(name=name)
        self.field = field

    def _statements(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
        quote = schema_editor.quote_name
        column: Any = model._meta.get_field(self.field)
        target = column.related_model
        return [
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (organization_id, {quote(column.column)}) "
            f"REFERENCES {quote(target._meta.db_table)} (organization_id, id) DEFERRABLE INITIALLY DEFERRED"
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameOrganization) and (self.name, self.field) == (other.name, other.field)

    __hash__ = None  # type: ignore[assignment]
