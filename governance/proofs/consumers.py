"""Proof packs are built by a task."""

from uuid import UUID

from celery import current_app

from cat4.outbox.registry import consumes
from cat4.tenancy.context import current_organization_id
from governance.constants import Topic


@consumes(Topic.PROOF_PACK_ASKED)
def build_proof_pack(pack_id: UUID) -> None:
    """A task of its own: its parts are transactions of their own, so that it can be followed."""
    current_app.send_task("governance.build_proof_pack", [str(current_organization_id()), str(pack_id)])
