"""The operator takes away a second factor that somebody lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cat4.accounts.selectors import user_of_address
from hierarchy.people.actions.lost_factors import reset_second_factor


class Command(BaseCommand):
    help = (
        "Take away the second factors of a person who lost them, after making sure who asks. They sign in with the "
        "password alone and set up a new one; their organizations' audit and a letter tell of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The address they sign in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = user_of_address(email.strip().lower())
        if person is None:
            raise CommandError(f"There is no account with the address {email}.")
        if not reset_second_factor(person):
            raise CommandError(f"{person.name} has no second factor.")
        self.stdout.write(f"{person.name} has no second factor any more, and 14 days to set up a new one where asked.")
