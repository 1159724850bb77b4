"""Verifying the ledger, and keeping what was found: the next verification is compared with it (domain section 13)."""

from django.db import transaction

from cat4 import clock
from cat4.audit.ledger import take_turn, verify_chain
from cat4.tenancy.context import current_organization_id

from ..models import LedgerVerification
from ..selectors.ledger import Verification
from ..selectors.standing import contradictions


@transaction.atomic
def verify_now() -> Verification:
    """Walk the chain of the current organization, and compare it with kept heads and with the rows of today."""
    report, findings = verify_chain(), contradictions()
    if findings:
        # An act may have come between the reading of entries and of rows: once more, while nobody writes the chain.
        take_turn(current_organization_id())
        findings = contradictions()
    row = LedgerVerification.objects.create(
        at=clock.now(),
        entries=report.entries,
        head_hash=report.head_hash,
        broken_sequence=report.broken_sequence,
        problem=report.problem,
        findings=findings,
    )
    return Verification(row.at, row.entries, row.broken_sequence, row.problem, findings)
