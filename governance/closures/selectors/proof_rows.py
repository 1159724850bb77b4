"""Signatures and sustain checks as rows that the ledger holds and a proof pack shows (domain section 13)."""

from collections.abc import Iterator

from django.db.models import QuerySet

from cat4.audit.facts import Row, amount, day, instant

from ..models import ClosureLine, ClosureSignature, SustainResult

_CHUNK = 500


def signature_rows(signatures: QuerySet[ClosureSignature]) -> Iterator[Row]:
    """Each signature under a closure with what it confirmed, line by line."""
    found = signatures.select_related("person", "request__measure").prefetch_related("lines__line")
    for signature in found.order_by("at", "id").iterator(chunk_size=_CHUNK):
        yield signature_row(signature)


def signature_row(signature: ClosureSignature) -> Row:
    """A signature: whose, in which place, over which amounts, with which words, and what was not looked at."""
    lines = sorted(signature.lines.all(), key=lambda row: (row.line.position, row.line_id))
    return {
        "id": str(signature.pk),
        "request_id": str(signature.request_id),
        "measure_id": str(signature.request.measure_id),
        "measure_code": signature.request.measure.code,
        "number": signature.number,
        "position": signature.position,
        "person_id": str(signature.person_id),
        "person_name": signature.person.name,
        "comment": signature.comment,
        "run_rate": amount(signature.run_rate),
        "amount": amount(signature.amount),
        "needs_second": signature.needs_second,
        "unopened": signature.unopened,
        "books": signature.books,
        "at": instant(signature.at),
        "lines": [_line_part(row) for row in lines],
    }


def _line_part(row: ClosureLine) -> Row:
    return {
        "line_id": str(row.line_id),
        "line": row.line.name,
        "currency": row.line.currency,
        "plan": amount(row.plan),
        "claimed": amount(row.claimed),
        "validated": amount(row.validated),
        "confirmed": amount(row.confirmed),
        "reason": row.reason,
    }


def sustain_rows(results: QuerySet[SustainResult]) -> Iterator[Row]:
    """Each check after a closing."""
    for result in results.select_related("measure").order_by("checked_at", "id").iterator(chunk_size=_CHUNK):
        yield sustain_row(result)


def sustain_row(result: SustainResult) -> Row:
    """A check whether the money lasts: what was closed at, what had to arrive, what did."""
    return {
        "id": str(result.pk),
        "measure_id": str(result.measure_id),
        "measure_code": result.measure.code,
        "decision_id": str(result.decision_id),
        "months_after": result.months_after,
        "due_month": day(result.due_month),
        "outcome": result.outcome,
        "closed_run_rate": amount(result.closed_run_rate),
        "needed": amount(result.needed),
        "run_rate": amount(result.run_rate),
        "sentence": result.sentence,
        "checked_at": instant(result.checked_at),
    }
