"""Who may bring evidence, and who may take it back."""

from cat4.accounts.actor import Actor, Role
from cat4.errors import Verdict, denied

from ..models import Document, Measure
from .standing import is_owner_or_pmo, named, takes_changes


def may_upload_document(actor: Actor, measure: Measure) -> Verdict:
    """The people named on the measure, its portfolio managers and contributors."""
    people = (measure.owner_id, measure.sponsor_id, measure.controller_id)
    if actor.user_id not in people and not actor.has_role(measure.package.path, Role.PMO, Role.CONTRIBUTOR):
        return denied("Only the measure's owner, sponsor, controller, portfolio manager or contributors may upload.")
    return takes_changes(measure)


def may_withdraw_document(actor: Actor, document: Document) -> Verdict:
    """Whoever uploaded it, the owner or the portfolio manager; the file stays on record."""
    measure = document.measure
    if actor.user_id != document.uploaded_by_id and not is_owner_or_pmo(actor, measure):
        who = f"{document.uploaded_by.name}, {named(measure.owner, 'owner')}"
        return denied(f"Only {who} or the portfolio manager may withdraw this document.")
    return takes_changes(measure)
