"""What the operator does for somebody who lost their second factor; no administrator can."""

from typing import cast

from django.db import transaction

from cat4.accounts.events import record_event, tell_by_mail
from cat4.accounts.factors import remove_factors
from cat4.accounts.models import AccountEventKind, Membership, User
from cat4.accounts.selectors import every_membership_of
from cat4.audit.actions import record
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import TenantModel
from hierarchy.constants import Verb
from hierarchy.organization.actions import system_actor

_LETTER = "account/email/factor_reset"


@transaction.atomic
def reset_second_factor(person: User) -> int:
    """Take every factor away, start the days to set up a new one anew, and tell the person and every audit.

    Returns how many factors there were.
    """
    removed = remove_factors(person)
    if not removed:
        return 0
    Membership.objects.filter(user=person).update(factor_due_on=None)
    record_event(AccountEventKind.FACTOR_RESET, person, None)
    for membership in every_membership_of(person.pk):
        with organization_context(membership.organization_id):
            actor = system_actor(membership.organization_id)
            summary = f"the operator took away the second factor of {person.name}"
            record(actor, Verb.SECOND_FACTOR_RESET, cast(TenantModel, membership), summary=summary)
    tell_by_mail(_LETTER, person)
    return removed
