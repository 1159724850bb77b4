"""Committees' meetings: the list, one meeting's page, its dates, and what is put before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cat4 import clock
from cat4.errors import Invalid, require
from cat4.web.form_pages import people_choices, posted, show_errors
from cat4.web.requests import OrganizationRequest
from governance.gates.forms import ReasonForm
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization
from measures.models import Measure

from ..actions.meetings import call_meeting, cancel_meeting, move_meeting, put_motion
from ..constants import RUNNING, MeetingState
from ..forms import AttendanceForm, MotionForm, NoteForm, PasswordForm, RulingForm, WhenForm, vote_form
from ..models.meetings import AgendaItem
from ..pages import ItemView, MeetingPage
from ..policies import may_change_dates, may_prepare, may_withdraw_motion
from ..selectors.circulations import visible_circulations
from ..selectors.meetings import visible_meeting, visible_meetings
from ..selectors.motions import open_motions
from ..selectors.overview import visible_committee, visible_committees

PAGE_SIZE = 20


@require_GET
def home(request: OrganizationRequest) -> HttpResponse:
    """The meetings of the committees that the person may follow: next, in circulation, past."""
    found = visible_meetings(request.actor)
    ahead = found.filter(state__in=[MeetingState.PLANNED, MeetingState.IN_SESSION]).order_by("starts_at")
    over = found.exclude(state__in=[MeetingState.PLANNED, MeetingState.IN_SESSION]).order_by("-starts_at")
    page = request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
    held = list(over[(number - 1) * PAGE_SIZE : number * PAGE_SIZE + 1])
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    context = {
        "ahead": list(ahead[:PAGE_SIZE]),
        "coming": ahead.filter(starts_at__gte=midnight).count(),
        "midnight": midnight,
        "held": held[:PAGE_SIZE],
        "older": number + 1 if len(held) > PAGE_SIZE else None,
        "circulations": visible_circulations(request.actor).filter(state__in=RUNNING).order_by("closes_on"),
        "motions": [
            (open_motion, may_withdraw_motion(request.actor, open_motion))
            for open_motion in open_motions(request.actor)[:PAGE_SIZE]
        ],
        "committees": [
            (committee, may_prepare(request.actor, committee))
            for committee in visible_committees(request.actor).filter(retired_at__isnull=True)
        ],
    }
    return render(request, "governance/committees/overview.html", context)


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A meeting: its agenda, what opens it, attendance and minutes."""
    return page(request, MeetingPage(request.actor, visible_meeting(request.actor, pk)))


@require_GET
def item(request: OrganizationRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """The same with one item of the agenda in full, its decision right below."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    return page(request, found, item=chosen(found, item_id))


@require_GET
def draft(request: OrganizationRequest, pk: UUID, subject_id: UUID) -> HttpResponse:
    """An item as its paper stands before the papers lock; once they are locked, the item itself."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    kept = next((entry for entry in found.items if entry.subject_id == subject_id), None)
    if kept is not None:
        return redirect("governance:meeting-item", pk=pk, item_id=kept.pk)
    item = found.draft(subject_id)
    if item is None:
        raise Http404("There is no such item on this agenda.")
    return page(request, found, item=item)


@require_GET
def paper(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Agenda and minutes one below the other, for printing."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    minutes = getattr(found.meeting, "minutes", None)
    context = {"page": found, "meeting": found.meeting, "committee": found.committee, "minutes": minutes}
    return render(request, "governance/committees/meeting_paper.html", context)


def chosen(found: MeetingPage, item_id: UUID) -> AgendaItem:
    """The item of this meeting, or Http404."""
    item = next((entry for entry in found.items if entry.pk == item_id), None)
    if item is None:
        raise Http404("There is no such item on this agenda.")
    return item


def page(
    request: OrganizationRequest,
    found: MeetingPage,
    *,
    item: AgendaItem | None = None,
    status: int = 200,
    **typed: forms.Form,
) -> HttpResponse:
    """The three columns; a form that was refused stands in it again."""
    people = people_choices(request)
    context: dict[str, Any] = {
        "page": found,
        "meeting": found.meeting,
        "committee": found.committee,
        "currency": request.organization.currency,
        "minutes": getattr(found.meeting, "minutes", None),
        "attendance_form": typed.get("attendance") or AttendanceForm(rows=found.attendance, people=people),
        "note_form": typed.get("note") or NoteForm(prefix="note"),
        "sign_form": typed.get("sign") or PasswordForm(prefix="sign"),
        "problem_form": next(
            (form for name, form in typed.items() if name in {"note", "sign", "attendance", "conflict"}), None
        ),
    }
    if item is not None:
        view = ItemView(found, item)
        context |= {
            "item": item,
            "view": view,
            "vote_form": typed.get("vote") or vote_form(view.subject, view.subject.proposed),
        }
        context["conflict_form"] = typed.get("conflict") or ReasonForm(prefix="conflict")
        context["ruling_form"] = typed.get("ruling") or ruling_form(request, view)
    return render(request, "governance/committees/meeting.html", context, status=status)


def ruling_form(request: OrganizationRequest, view: ItemView, data: Any = None) -> RulingForm:
    """The form of an item's decision; votes that members cast themselves stand in it already."""
    measures: list[tuple[str, str]] = []
    if view.subject.kind == "deviation":
        others = Measure.objects.filter(committee=view.page.committee).order_by("code")
        measures = [(str(other.pk), f"{other.code} {other.name}") for other in others[:500]]
    return RulingForm(
        data,
        subject=view.subject,
        voters=view.voters.present,
        people=people_choices(request),
        earlier=view.earlier,
        measures=measures,
        lost=view.voted_on,
        initial={f"vote-{member_id}": choice for member_id, choice in view.votes.items()},
    )


@require_http_methods(["GET", "POST"])
def call(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Call an extra meeting of a committee."""
    committee = visible_committee(request.actor, pk)
    require(may_prepare(request.actor, committee, "call a meeting"))
    form = WhenForm(posted(request), initial={"place": committee.place})

    def act() -> HttpResponse:
        meeting = call_meeting(request.actor, pk, **form.when())
        messages.success(request, "Meeting called.")
        return redirect("governance:meeting", pk=meeting.pk)

    return form_page(request, form, act, FormPage(committee, "Call a meeting", "Call meeting"))


@require_http_methods(["GET", "POST"])
def move(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Move a meeting to another day, time or place."""
    meeting = visible_meeting(request.actor, pk)
    require(may_change_dates(request.actor, meeting.committee))
    local = meeting.starts_at.astimezone(_zone())
    initial = {"day": local.date(), "time": local.time(), "place": meeting.place}
    form = WhenForm(posted(request), initial=initial)

    def act() -> HttpResponse:
        move_meeting(request.actor, pk, **form.when())
        messages.success(request, "Meeting moved.")
        return redirect("governance:meeting", pk=pk)

    return form_page(request, form, act, FormPage(meeting.committee, "Move the meeting", "Move meeting"))


@require_http_methods(["GET", "POST"])
def cancel(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Call a meeting off."""
    meeting = visible_meeting(request.actor, pk)
    require(may_change_dates(request.actor, meeting.committee))
    form = ReasonForm(posted(request))

    def act() -> HttpResponse:
        cancel_meeting(request.actor, pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Meeting cancelled. What waits goes to the next one.")
        return redirect("governance:committees")

    return form_page(
        request, form, act, FormPage(meeting.committee, "Cancel the meeting", "Cancel meeting", danger=True)
    )


@require_http_methods(["GET", "POST"])
def motion(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Put a question before the committee."""
    committee = visible_committee(request.actor, pk)
    require(may_prepare(request.actor, committee, "put a motion"))
    measures = committee.measures.order_by("code").values_list("pk", "code", "name")[:500]
    form = MotionForm(posted(request), measures=[(str(key), f"{code} {name}") for key, code, name in measures])

    def act() -> HttpResponse:
        put_motion(request.actor, pk, **form.cleaned_data)
        messages.success(request, "It stands on the next agenda whose papers aren't locked.")
        return redirect("governance:committees")

    return form_page(request, form, act, FormPage(committee, "Put a motion", "Put motion"))


def _zone() -> ZoneInfo:
    return ZoneInfo(organization().time_zone)


@dataclass(frozen=True, slots=True)
class FormPage:
    """What stands around a form: the committee, the title, the words on its button."""

    committee: Committee
    title: str
    submit: str
    danger: bool = False


def form_page(
    request: OrganizationRequest, form: forms.Form, act: Callable[[], HttpResponse], around: FormPage
) -> HttpResponse:
    """A form on a page of its own; what the action refuses is shown beside its fields."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return act()
            except Invalid as refused:
                renamed = {("day" if field == "starts_at" else field): said for field, said in refused.errors.items()}
                show_errors(form, Invalid(renamed))
        status = 422
    context: dict[str, Any] = {
        "form": form,
        "committee": around.committee,
        "title": around.title,
        "submit": around.submit,
    }
    context["danger"] = around.danger
    return render(request, "governance/committees/form.html", context, status=status)
