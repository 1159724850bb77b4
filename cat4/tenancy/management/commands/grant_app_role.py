"""Give the serving role what it needs, and no more. Run as owner, after migrate."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from cat4.tenancy.append_only import AppendOnly

# django-pgtrigger lets a session name triggers to skip; here none is skipped.
NO_TRIGGER_IS_SKIPPED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
LANGUAGE plpgsql AS $$ BEGIN RETURN false; END; $$
"""


class Command(BaseCommand):
    help = "Grant the serving role its rights on the tables, and leave it no way around the triggers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="cat4_app")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quote(role)}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quote(role)}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quote(role)}")
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quote(role)}")
            for model in apps.get_models():
                if issubclass(model, AppendOnly):
                    table = quote(model._meta.db_table)
                    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quote(role)}")
            cursor.execute(NO_TRIGGER_IS_SKIPPED)
        self.stdout.write(f"Granted to {role}.")
