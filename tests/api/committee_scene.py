"""A committee's meetings in each state, circulations and conditions, for the API's scene."""

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.base import ContentFile

from cat4.tenancy.models import TenantModel
from governance.committees.models.meetings import AgendaItem, Attendance, Meeting, MeetingAgenda, Minutes, Motion
from governance.committees.models.resolutions import Circulation, CirculationVote, CommitteeDecision, Condition
from governance.committees.models.subject_papers import SubjectPaper
from measures.evidence.storage import store
from tests.pdf_files import page_pdf
from tests.world import World

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)


def committee(world: World) -> dict[str, TenantModel]:
    """Meetings planned, due, in session, closed and signed; an open and a carried circulation; two conditions."""
    return {**_meetings(world), **_circulations(world), **_conditions(world)}


def _meeting(world: World, day: int, state: str = "planned", **facts: Any) -> Meeting:
    starts_at = datetime(2026, 10, day, 8, tzinfo=UTC)
    given = {"starts_at": starts_at, "called_at": NOW, "state": state, "place": f"Room {day}", **facts}
    return Meeting.objects.create(committee=world.committee, **given)


def _meetings(world: World) -> dict[str, TenantModel]:
    session = _meeting(world, 14, "in_session", started_at=NOW, chaired_by=world.people["chair"])
    MeetingAgenda.objects.create(meeting=session, locked_at=NOW)
    motion = _motion(world, "Meet in Brno")
    item = AgendaItem.objects.create(
        meeting=session, position=1, subject_kind="motion", subject_id=motion.pk, motion=motion, title=motion.title
    )
    for persona in ("chair", "member"):
        Attendance.objects.create(meeting=session, member=world.people[persona], role=persona, presence="present")
    signed = _meeting(world, 2, "closed", started_at=NOW, closed_at=NOW, chaired_by=world.people["chair"])
    Minutes.objects.create(meeting=signed, content="{}", hash="0" * 64, signed_by=world.people["chair"], signed_at=NOW)
    signed.sign()
    signed.save()
    return {
        "meeting": _meeting(world, 29),
        "due_meeting": _meeting(world, 15),
        "session": session,
        "item": item,
        "closed": _meeting(world, 9, "closed", started_at=NOW, closed_at=NOW, chaired_by=world.people["chair"]),
        "signed": signed,
    }


def _motion(world: World, title: str) -> Motion:
    return Motion.objects.create(
        committee=world.committee, title=title, proposed_by=world.people["pmo"], proposed_at=NOW
    )


def _circulations(world: World) -> dict[str, TenantModel]:
    def opened(title: str) -> Circulation:
        motion = _motion(world, title)
        return Circulation.objects.create(
            committee=world.committee, subject_kind="motion", subject_id=motion.pk, motion=motion, title=title,
            question=f"{title}?", outcome="agreed", opened_by=world.people["pmo"], opened_at=NOW,
            closes_on=date(2026, 10, 20), effect="chair",
        )  # fmt: skip

    carried = opened("Second shift")
    for persona in ("chair", "member"):
        CirculationVote.objects.create(
            circulation=carried, member=world.people[persona], outcome="agreed", choice="for",
            cast_by=world.people[persona], cast_at=NOW,
        )  # fmt: skip
    carried.carry()
    carried.save()
    motion = _motion(world, "Meet in Lviv")
    stored = store(world.organization.pk, ContentFile(page_pdf("Hotels"), name="hotels.pdf"))
    paper = SubjectPaper.objects.create(
        committee=world.committee, subject_kind="motion", subject_id=motion.pk, title="Hotels in Lviv",
        file_name="hotels.pdf", content_type="application/pdf", size=stored.size, sha256=stored.sha256,
        storage_key=stored.storage_key, uploaded_by=world.people["pmo"], uploaded_at=NOW,
    )  # fmt: skip
    return {"circulation": opened("New list prices"), "carried": carried, "motion": motion, "committee_paper": paper}


def _conditions(world: World) -> dict[str, TenantModel]:
    motion = _motion(world, "Weekly report")
    decided = Circulation.objects.create(
        committee=world.committee, subject_kind="motion", subject_id=motion.pk, motion=motion, title=motion.title,
        question="Shall it report?", outcome="agreed", opened_at=NOW, closes_on=date(2026, 10, 1), effect="chair",
    )  # fmt: skip
    decided.carry()
    decided.save()
    decided.apply()
    decided.save()
    decision = CommitteeDecision.objects.create(
        circulation=decided, number=40, committee=world.committee, subject_kind="motion", subject_id=motion.pk,
        title=motion.title, outcome="agreed", outcome_label="Agreed", reason="Surprises cost more.",
        effective_on=date(2026, 10, 1), decided_by=world.people["chair"], decided_at=NOW,
    )  # fmt: skip

    def asked(text: str, **facts: Any) -> Condition:
        return Condition.objects.create(
            decision=decision, committee=world.committee, text=text, due_on=date(2026, 11, 2), created_at=NOW,
            responsible=world.people["owner"], **facts,
        )  # fmt: skip

    reported: dict[str, Any] = {"state": "fulfilled", "fulfilled_by": world.people["owner"], "fulfilled_at": NOW}
    return {"condition": asked("First report"), "reported": asked("Template agreed", **reported)}
