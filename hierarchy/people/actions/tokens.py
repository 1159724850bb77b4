"""API tokens: a key acts as the member who issued it, in this organization only."""

from datetime import date
from secrets import token_urlsafe
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import ApiToken
from cat4.accounts.selectors import members, token_digest
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from hierarchy.constants import Verb
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_revoke_token

from ..selectors.members import token_for_write

# Told apart from passwords by people and by secret scanners.
PREFIX = "cat4_"


@transaction.atomic
def issue_token(actor: Actor, *, name: str, expires_on: date | None = None) -> tuple[ApiToken, str]:
    """Make a key for the actor's own membership. The key is returned once; only its digest is kept.

    Raises:
        Invalid: on `name` or `expires_on`.
    """
    problems = Problems()
    name = checks.text(problems, "name", name, label="a name", limit=120, required=True)
    if expires_on is not None and expires_on < clock.today():
        problems.add("expires_on", "This date has passed.")
    problems.stop_if_any()
    membership = members(actor.organization_id).get(user_id=actor.user_id)
    key = PREFIX + token_urlsafe(32)
    token = ApiToken.objects.create(membership=membership, name=name, digest=token_digest(key), expires_on=expires_on)
    summary, change = f"issued the API token {name}", {"token": token.pk, "expires_on": expires_on}
    record(actor, Verb.TOKEN_ISSUED, organization_settings(), summary=summary, change=change)
    return token, key


@transaction.atomic
def revoke_token(actor: Actor, token_id: UUID) -> ApiToken:
    """End a key at once.

    Raises:
        Http404: not of this organization; NotAllowed: somebody else's; Conflict: revoked already.
    """
    token = token_for_write(actor, token_id)
    require(may_revoke_token(actor, token.membership.user_id))
    if token.revoked_at is not None:
        raise Conflict(f"{token.name} is already revoked.", current={"revoked_at": token.revoked_at})
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    summary = f"revoked the API token {token.name} of {token.membership.user.name}"
    record(actor, Verb.TOKEN_REVOKED, organization_settings(), summary=summary, change={"token": token.pk})
    return token
