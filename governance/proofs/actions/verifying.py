"""Verifying the ledger, and keeping what was found: the next verification is compared with it (domain section 13)."""

from django.db import transaction

from cat4 import clock
from cat4.audit.ledger import verify_chain

from ..models import LedgerVerification
from ..selectors.ledger import Verification
from ..selectors.standing import contradictions


@transaction.atomic
def verify_now() -> Verification:
    """Walk the chain of the current organization, and compare it with kept heads and with the rows of today."""
    report, findings = verify_chain(), contradictions()
    row = LedgerVerification.objects.create(
        at=clock.now(),
        entries=report.entries,
        head_hash=report.head_hash,
        broken_sequence=report.broken_sequence,
        problem=report.problem,
        findings=findings,
    )
    return Verification(row.at, row.entries, row.broken_sequence, row.problem, findings)
