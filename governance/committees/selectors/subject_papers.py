"""Reads of papers that were attached to what a committee decides on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor

from ..models.subject_papers import SubjectPaper
from .matters import Matter
from .overview import visible_committees


def papers_on(matter: Matter, locked_at: datetime | None) -> list[dict[str, Any]]:
    """The papers on a matter, the oldest first; `is_late` came after `locked_at`, when the papers were locked."""
    about = SubjectPaper.objects.filter(subject_kind=matter.kind, subject_id=matter.subject_id)
    rows = about.filter(matter.within("uploaded_at")).select_related("uploaded_by")
    return [
        {
            "id": str(row.pk),
            "title": row.title,
            "sha256": row.sha256,
            "uploaded_by": row.uploaded_by.name,
            "uploaded_at": row.uploaded_at,
            "is_late": locked_at is not None and row.uploaded_at > locked_at,
        }
        for row in rows
    ]


def visible_papers(actor: Actor) -> QuerySet[SubjectPaper]:
    """Those before the committees that the person may follow."""
    found = SubjectPaper.objects.filter(organization_id=actor.organization_id)
    return found.filter(committee__in=visible_committees(actor))


def visible_paper(actor: Actor, pk: UUID) -> SubjectPaper:
    """One of them, or Http404."""
    found = visible_papers(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such paper.")
    return found
