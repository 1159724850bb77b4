"""What is done in a meeting: open it, take attendance, vote, decide, note, close, sign."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web.form_pages import people_choices, posted, show_errors
from cat4.web.requests import OrganizationRequest
from governance.gates.forms import ReasonForm

from ..actions.closing import close_meeting, reopen_meeting
from ..actions.minutes import sign_minutes
from ..actions.resolving import NotCarried
from ..actions.sessions import add_minute_note, cast_vote, decide_item, start_meeting, take_attendance
from ..forms import AttendanceForm, NoteForm, PasswordForm, vote_form
from ..models.meetings import LostVote, Meeting
from ..pages import ItemView, MeetingPage
from ..policies import may_prepare, may_preside, may_sign_minutes, may_vote
from ..selectors.closing import closing_of
from ..selectors.meetings import hours_early, visible_meeting
from ..selectors.seats import electorate_at
from .meetings import FormPage, chosen, form_page, page, ruling_form


@require_http_methods(["GET", "POST"])
def start(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Open the session; hours before its time that is asked first."""
    meeting = visible_meeting(request.actor, pk)
    require(may_preside(request.actor, meeting.committee))
    early = hours_early(meeting)
    if request.method == "GET" or (early and request.POST.get("confirmed") != "yes"):
        asked = {"title": gettext("Open the meeting"), "submit": gettext("Open meeting now"), "early": early}
        return _ask(request, meeting, "governance/committees/meeting_start.html", asked)
    start_meeting(request.actor, pk, confirmed=True)
    messages.success(request, "The meeting is open. Take the attendance first.")
    return redirect("governance:meeting", pk=pk)


@require_POST
def attendance(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Who is present, absent or represented."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    require(may_prepare(request.actor, found.committee, "take the attendance"))
    form = AttendanceForm(request.POST, rows=found.attendance, people=people_choices(request))
    if form.is_valid():
        try:
            take_attendance(request.actor, pk, seen=form.seen())
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, "Attendance taken.")
            return redirect("governance:meeting", pk=pk)
    return page(request, found, status=422, attendance=form)


@require_POST
def note(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Write a note into the minutes, of the meeting or of an item."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    require(may_prepare(request.actor, found.committee, "write the minutes"))
    form = NoteForm(request.POST, prefix="note")
    about = request.POST.get("item", "")
    item = next((entry for entry in found.items if str(entry.pk) == about), None)
    if form.is_valid():
        add_minute_note(request.actor, pk, text=form.cleaned_data["text"], item_id=item.pk if item else None)
        messages.success(request, "Noted.")
        return _back(pk, item.pk if item else None)
    return page(request, found, item=item, status=422, note=form)


@require_POST
def vote(request: OrganizationRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """Cast the own vote on an item."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    item = chosen(found, item_id)
    require(may_vote(electorate_at(found.meeting, item), request.actor.user_id))
    subject = ItemView(found, item).subject
    form = vote_form(subject, subject.proposed, request.POST)
    if form.is_valid():
        cast_vote(request.actor, item_id, **form.given())
        messages.success(request, "Your vote is recorded.")
        return _back(pk, item_id)
    return page(request, found, item=item, status=422, vote=form)


@require_POST
def decide(request: OrganizationRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """Record the committee's decision on an item."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    item = chosen(found, item_id)
    require(may_preside(request.actor, found.committee, "record a decision"))
    view = ItemView(found, item)
    form = ruling_form(request, view, request.POST)
    if form.is_valid():
        try:
            ruled = decide_item(request.actor, item_id, **form.given())
        except Invalid as refused:
            show_errors(form, Invalid({form.field_of(field): said for field, said in refused.errors.items()}))
        except NotCarried as refused:
            form.add_error(None, refused.message)
        else:
            if isinstance(ruled, LostVote):
                messages.warning(request, "The vote is kept: it was not carried, and nothing is decided.")
                return _back(pk, item_id)
            messages.success(request, f"Decision {ruled.number} recorded.")
            following = next((entry for entry in found.items if entry.position == view.next_position), None)
            return _back(pk, following.pk if following else None)
    return page(request, found, item=item, status=422, ruling=form)


@require_http_methods(["GET", "POST"])
def close(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """End the session, once what is open and where it goes has been read."""
    meeting = visible_meeting(request.actor, pk)
    require(may_preside(request.actor, meeting.committee))
    if request.method == "GET" or request.POST.get("confirmed") != "yes":
        asked = {"title": gettext("Close the meeting"), "submit": gettext("Close meeting now")}
        return _ask(
            request, meeting, "governance/committees/meeting_close.html", {**asked, "closing": closing_of(meeting)}
        )
    close_meeting(request.actor, pk, confirmed=True)
    messages.success(request, "The meeting is closed. It can be reopened until the minutes are signed.")
    return redirect("governance:meeting", pk=pk)


@require_http_methods(["GET", "POST"])
def reopen(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Undo the closing, until the minutes are signed."""
    meeting = visible_meeting(request.actor, pk)
    require(may_preside(request.actor, meeting.committee))
    form = ReasonForm(posted(request))

    def act() -> HttpResponse:
        reopen_meeting(request.actor, pk, reason=form.cleaned_data["reason"])
        messages.success(request, "The meeting is in session again.")
        return redirect("governance:meeting", pk=pk)

    return form_page(request, form, act, FormPage(meeting.committee, "Reopen the meeting", "Reopen meeting"))


@require_POST
def sign(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Sign the minutes with the own password."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    require(may_sign_minutes(request.actor, found.meeting))
    form = PasswordForm(request.POST, prefix="sign")
    if form.is_valid():
        try:
            sign_minutes(request.actor, pk, password=form.cleaned_data["password"])
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, "The minutes are signed and stand in the ledger.")
            return redirect("governance:meeting", pk=pk)
    return page(request, found, status=422, sign=form)


def _ask(request: OrganizationRequest, meeting: Meeting, template: str, asked: Mapping[str, object]) -> HttpResponse:
    """What is done with a meeting, asked once more."""
    return render(request, template, {"meeting": meeting, "committee": meeting.committee, **asked})


def _back(pk: UUID, item_id: UUID | None) -> HttpResponse:
    if item_id is None:
        return redirect("governance:meeting", pk=pk)
    return redirect("governance:meeting-item", pk=pk, item_id=item_id)
