"""Proof packs as they are listed, and the way to one. Who may have them is asked by whoever calls."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor

from ..models import ProofPack


def proof_packs(actor: Actor) -> QuerySet[ProofPack]:
    """Every pack of the organization, the newest first."""
    return ProofPack.objects.filter(organization_id=actor.organization_id).select_related("node", "requested_by")


def proof_pack(actor: Actor, pk: UUID) -> ProofPack:
    """One of them.

    Raises:
        Http404.
    """
    pack = proof_packs(actor).filter(pk=pk).first()
    if pack is None:
        raise Http404("There is no such proof pack.")
    return pack
