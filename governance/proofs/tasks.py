"""Celery shells of governance."""

import logging
from uuid import UUID

from celery import shared_task

from cat4.accounts.selectors import organization_ids
from cat4.tenancy.context import organization_context

from .actions.packs import build_proof
from .actions.verifying import verify_now

log = logging.getLogger(__name__)


@shared_task(name="governance.verify_ledgers")
def verify_ledgers() -> int:
    """Walk every organization's chain once a day; returns how many are broken, each of which is logged as an error."""
    broken = 0
    for organization_id in organization_ids():
        with organization_context(organization_id):
            found = verify_now()
        if found.broken_sequence is not None:
            log.error("ledger of %s broken at entry %s: %s", organization_id, found.broken_sequence, found.problem)
        for finding in found.findings:
            log.error("ledger of %s: %s", organization_id, finding)
        broken += not found.is_intact
    return broken


@shared_task(name="governance.build_proof_pack")
def build_proof_pack(organization_id: str, pack_id: str) -> bool:
    """Write the archive of a proof pack; safe to run twice."""
    return build_proof(UUID(organization_id), UUID(pack_id))
