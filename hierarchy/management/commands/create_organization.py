"""The operator starts an organization: its root, its settings and its first administrator."""

import os
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cat4.errors import Invalid
from hierarchy.organization.actions import create_organization

PASSWORD_VARIABLE = "CAT4_ADMIN_PASSWORD"  # noqa: S105

FACTS = (
    "slug",
    "name",
    "admin_email",
    "admin_name",
    "currency",
    "locale",
    "time_zone",
    "fiscal_year_start",
    "first_month",
    "last_month",
)


def month(text: str) -> date:
    """`2026-01` as the date of its first day."""
    return date.fromisoformat(f"{text}-01")


class Command(BaseCommand):
    help = (
        "Create an organization with its first administrator. The password of a new person is read from "
        f"{PASSWORD_VARIABLE}; without it they set one by “Forgot password” on the sign-in page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="Short name in addresses, such as alderbrook")
        parser.add_argument("name", help="Name of the organization")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)
        parser.add_argument("--currency", default="EUR", help="Reporting currency, ISO 4217")
        parser.add_argument("--locale", default="en")
        parser.add_argument("--time-zone", default="Europe/Vienna", help="IANA name")
        parser.add_argument("--fiscal-year-start", type=int, default=1, help="First month of the fiscal year, 1 to 12")
        parser.add_argument("--first-month", type=month, help="First month that can be planned, such as 2024-01")
        parser.add_argument("--last-month", type=month, help="Last month that can be planned")

    def handle(self, *args: Any, **options: Any) -> None:
        facts = {name: options[name] for name in FACTS}
        try:
            made = create_organization(**facts, admin_password=os.environ.get(PASSWORD_VARIABLE))
        except Invalid as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Created {made.name}. It opens at /o/{made.slug}/.")
