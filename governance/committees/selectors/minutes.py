"""Everything that the minutes of a meeting say, from kept rows (domain section 13)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cat4.accounts.models import User
from hierarchy.organization.selectors import organization

from ..models.meetings import AgendaItem, Attendance, Meeting, MinuteNote, Minutes
from ..models.resolutions import CommitteeDecision
from .matters import Matter
from .meetings import items_of, kept_agenda, was_early
from .subject_papers import papers_on


def content_of(meeting: Meeting) -> dict[str, Any]:
    """As plain texts: what is hashed when they are signed."""
    kept = kept_agenda(meeting)
    locked_at = kept.locked_at if kept else None
    attendance = Attendance.objects.filter(meeting=meeting).select_related("member", "represented_by")
    return {
        "organization": organization().name,
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at.isoformat(),
        "place": meeting.place,
        "started_at": meeting.started_at and meeting.started_at.isoformat(),
        "hours_early": was_early(meeting),
        "closed_at": meeting.closed_at and meeting.closed_at.isoformat(),
        "chaired_by": meeting.chaired_by.name if meeting.chaired_by else "",
        "attendance": [
            {
                "member": row.member.name,
                "seat": row.role,
                "presence": row.presence,
                "represented_by": row.represented_by.name if row.represented_by else "",
            }
            for row in attendance.order_by("member__name")
        ],
        "agenda": kept.sections if kept else [],
        "items": [_item(item, locked_at) for item in items_of(meeting)],
        "notes": [_note(note) for note in meeting.notes.filter(item__isnull=True).select_related("author")],
    }


def _item(item: AgendaItem, locked_at: datetime | None) -> dict[str, Any]:
    decision: CommitteeDecision | None = getattr(item, "decision", None)
    return {
        "position": item.position,
        "title": item.title,
        "summary": item.summary,
        "missing": item.missing,
        "files": [
            {"title": paper["title"], "sha256": paper["sha256"], "is_late": paper["is_late"]}
            for paper in papers_on(Matter.of_item(item), locked_at)
        ],
        "notes": [_note(note) for note in item.notes.all()],
        "votes_not_carried": [
            {
                "outcome": vote.outcome_label,
                "result": vote.result,
                "reason": vote.reason,
                "again": vote.again,
                "votes": vote.votes,
                "quorum": vote.quorum,
                "at": vote.taken_at.isoformat(),
            }
            for vote in item.lost_votes.all()
        ],
        "decision": _decision(decision) if decision else None,
    }


def _decision(decision: CommitteeDecision) -> dict[str, Any]:
    return {
        "number": decision.number,
        "outcome": decision.outcome_label,
        "reason": decision.reason,
        "again": decision.again,
        "taken": decision.taken,
        "settles": decision.settles,
        "votes": decision.votes,
        "quorum": decision.quorum,
        "effective_on": decision.effective_on.isoformat(),
        "supersedes": decision.supersedes.number if decision.supersedes else None,
        "conditions": [
            {
                "text": condition.text,
                "due_on": condition.due_on.isoformat(),
                "responsible": condition.responsible.name,
            }
            for condition in decision.conditions.all()
        ],
    }


def _note(note: MinuteNote) -> dict[str, str]:
    return {"text": note.text, "author": note.author.name, "at": note.at.isoformat()}


@dataclass(frozen=True, slots=True)
class SignedMinutes:
    """Minutes that were signed: their facts as they were hashed, and the signature."""

    facts: dict[str, Any]
    signed_by: User
    signed_at: datetime
    hash: str


def signed_minutes(meeting: Meeting) -> SignedMinutes | None:
    """The minutes of a meeting; None while they aren't signed."""
    row = Minutes.objects.filter(meeting=meeting).select_related("signed_by").first()
    return SignedMinutes(json.loads(row.content), row.signed_by, row.signed_at, row.hash) if row else None
