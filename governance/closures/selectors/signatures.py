"""The signatures under a closure: which of them stand, who can give the second, what nobody has opened."""

from collections.abc import Iterable
from uuid import UUID

from governance.gates.models import GateRequest
from governance.rules.facts import Parties, Person
from measures.models import DocumentOpening

from ..models import ClosureSignature
from .comparison import Closing, Evidence, closing_of


def first_signature(request: GateRequest) -> ClosureSignature | None:
    """The newest first signature, whether or not the books or the measure's controller have changed since."""
    signatures = request.signatures.select_related("person").prefetch_related("lines__line")
    return signatures.filter(position=1).order_by("-number").first()


def standing_signature(request: GateRequest, closing: Closing) -> ClosureSignature | None:
    """The signature of the measure's present controller, if what it rests on is still what the books show."""
    first = first_signature(request)
    if first is None or first.person_id != request.measure.controller_id:
        return None
    return first if first.books == closing.books else None


def signed_in_vain(requests: Iterable[GateRequest]) -> list[GateRequest]:
    """Of some closings those whose first signature no longer stands: their controller signs again."""
    return [
        request
        for request in requests
        if request.signatures.exists() and standing_signature(request, closing_of(request.measure, request)) is None
    ]


def second_signers(parties: Parties, request: GateRequest) -> tuple[Person, ...]:
    """Controllers at or above the measure who can sign second: without any other part in it."""
    apart = {person.id for person in (parties.owner, parties.sponsor, parties.controller) if person}
    apart |= {asker for asker in (request.requested_by_id, request.on_behalf_of_id) if asker}
    return tuple(
        person for person in parties.controllers if person.id not in apart and person.id not in parties.reporters
    )


def opened_by(person_id: UUID, evidence: Iterable[Evidence]) -> set[UUID]:
    """The documents among the evidence that a person has opened."""
    ids = [proof.document.pk for proof in evidence]
    opened = DocumentOpening.objects.filter(person_id=person_id, document__in=ids).order_by()
    return set(opened.values_list("document_id", flat=True).distinct())


def signatures_of(request: GateRequest) -> list[ClosureSignature]:
    """Every signature, oldest first, with what it confirmed."""
    return list(request.signatures.select_related("person").prefetch_related("lines__line"))
