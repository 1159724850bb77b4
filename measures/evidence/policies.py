"""Who may bring evidence, and who may take it back."""

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied
from measures.constants import DocumentPurpose, Lifecycle
from measures.core.policies.deputies import by_deputies
from measures.core.policies.standing import is_owner_or_pmo, named, takes_changes
from measures.models import Document, Measure


@by_deputies
def may_upload_document(actor: Actor, measure: Measure) -> Verdict:
    """The people named on the measure, its portfolio managers and contributors."""
    people = (measure.owner_id, measure.sponsor_id, measure.controller_id)
    if actor.holder_id not in people and not actor.has_role(measure.package.path, Role.PMO, Role.CONTRIBUTOR):
        return denied("Only the measure's owner, sponsor, controller, portfolio manager or contributors may upload.")
    return takes_changes(measure)


@by_deputies
def may_attach_document(actor: Actor, document: Document) -> Verdict:
    """Whoever may upload says which effect lines a document is evidence for."""
    if document.withdrawn_at is not None:
        return denied("The document is withdrawn and proves nothing any more.")
    return may_upload_document(actor, document.measure)


@by_deputies
def may_withdraw_document(actor: Actor, document: Document) -> Verdict:
    """Whoever uploaded it, the owner, the portfolio manager and, what proves something, the controller; the file stays.

    What a closure rests on can be withdrawn after it: the measure is then to be reopened.
    """
    measure = document.measure
    if document.purpose == DocumentPurpose.CLOSURE:
        return denied("The closing protocol was written at the signature and stays.")
    is_closed = measure.lifecycle == Lifecycle.CLOSED
    controls = actor.holder_id == measure.controller_id and document.purpose != DocumentPurpose.BACKGROUND
    if not (controls or actor.holder_id == document.uploaded_by_id or is_owner_or_pmo(actor, measure)):
        who = f"{document.uploaded_by.name}, {named(measure.owner, 'owner')}"
        if document.purpose != DocumentPurpose.BACKGROUND:
            who += f", {named(measure.controller, 'controller')}"
        return denied(f"Only {who} or the portfolio manager may withdraw this document.")
    return ALLOWED if is_closed and document.purpose == DocumentPurpose.EVIDENCE else takes_changes(measure)
