"""Writing the audit: called by every action, in its transaction."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import TenantModel

from .ledger import append_link
from .models import AuditEntry


class ForeignActor(RuntimeError):
    """An actor's rights were read in one organization and used in another."""


def record(
    actor: Actor,
    verb: str,
    obj: TenantModel,
    *,
    summary: str,
    change: Mapping[str, Any] | None = None,
    reason: str = "",
    measure_id: UUID | None = None,
    ledger: bool = False,
) -> AuditEntry:
    """Write who did what to which object, and why.

    Args:
        verb: past tense and dotted, such as "measure.forecast_revised".
        summary: the sentence of the history page without its subject: "changed the forecast for Dec 2026
            from 330 to 310 EUR".
        change: field to [old, new], or any facts that the sentence rests on; made JSON-safe here.
        ledger: also chain it. Set for decisions, validations, closures, overrides, rule changes and locks.

    Raises:
        ForeignActor: the actor belongs to another organization than the one that was entered.
    """
    if actor.organization_id != current_organization_id():
        raise ForeignActor(f"{actor.name} acts in another organization than the current one.")
    entry = AuditEntry.objects.create(
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        on_behalf_of_id=actor.on_behalf_of,
        on_behalf_of_name=actor.on_behalf_of_name if actor.on_behalf_of else "",
        cause=actor.cause,
        request_id=actor.request_id,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        measure_id=measure_id,
        summary=summary,
        change=json.loads(json.dumps(dict(change or {}), cls=DjangoJSONEncoder)),
        reason=reason,
    )
    if ledger:
        append_link(entry)
    return entry
