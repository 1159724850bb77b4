"""Reads of committees."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from hierarchy.models import Committee, CommitteeMember


def committees(*, retired: bool = False) -> QuerySet[Committee]:
    """The committees with node and seats, chairs first; every member may read who decides."""
    seats = CommitteeMember.objects.select_related("user").order_by("role", "user__name")
    every = Committee.objects.select_related("node", "escalation").prefetch_related(Prefetch("members", queryset=seats))
    return every if retired else every.filter(retired_at__isnull=True)


def committee(pk: UUID) -> Committee:
    """One committee with its seats.

    Raises:
        Http404: it belongs to another organization, or to none.
    """
    found = committees(retired=True).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such committee.")
    return found


def committee_for_write(pk: UUID) -> Committee:
    """A committee, locked until the transaction ends."""
    found = Committee.objects.select_for_update(of=("self",)).select_related("node").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such committee.")
    return found


def seat_for_write(pk: UUID) -> CommitteeMember:
    """A seat, locked until the transaction ends."""
    found = CommitteeMember.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such seat.")
    return found
