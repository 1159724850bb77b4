"""Of whom the organization asks a second factor (domain section 2)."""

from collections.abc import Iterable

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.accounts.asking import SignedDuty
from cat4.accounts.selectors import organization_by_id
from cat4.audit.actions import record
from cat4.errors import Invalid, require
from cat4.tenancy.models import Organization
from hierarchy.constants import Verb
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings


@transaction.atomic
def ask_second_factor(actor: Actor, *, duties: Iterable[str]) -> list[str]:
    """Ask it for these duties from now on; who has none is led to it, and shut out after 14 days.

    Raises:
        NotAllowed; Invalid on `duties`.
    """
    require(may_change_settings(actor))
    wanted = sorted(set(duties))
    if set(wanted) - set(SignedDuty):
        raise Invalid({"duties": "Choose among deciding, validating and administering."})
    organization = Organization.objects.select_for_update().get(pk=organization_by_id(actor.organization_id).pk)
    before = organization.second_factor_for
    if before == wanted:
        return wanted
    organization.second_factor_for = wanted
    organization.save(update_fields=["second_factor_for"])
    summary = f"asks a second factor of: {', '.join(wanted) or 'nobody'}"
    change = {"second_factor_for": [before, wanted]}
    record(actor, Verb.SECOND_FACTOR_ASKED, organization_settings(), summary=summary, change=change, ledger=True)
    return wanted
