"""The operator prints an invitation's link where no mail server is set up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cat4.accounts.models import Invitation
from cat4.accounts.selectors import organization_by_slug
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from hierarchy.people.actions.invitation_mail import VALID_DAYS, print_invitation_link


class Command(BaseCommand):
    help = (
        f"Print a fresh link for an open invitation, valid for {VALID_DAYS} days; earlier ones are void. "
        "Hand it to the invited person alone: who opens it becomes them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="Short name of the organization, such as alderbrook")
        parser.add_argument("email", help="The invited address")

    def handle(self, *args: Any, slug: str, email: str, **options: Any) -> None:
        try:
            organization = organization_by_slug(slug)
            with organization_context(organization.pk):
                link = print_invitation_link(email)
        except Organization.DoesNotExist as unknown:
            raise CommandError(f"There is no organization {slug}.") from unknown
        except Invitation.DoesNotExist as unknown:
            raise CommandError(f"Nobody with the address {email} is invited to {slug}.") from unknown
        self.stdout.write(link)
