"""The inbox, and how a person wants to be told."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4 import clock
from cat4.errors import Invalid
from cat4.web.form_pages import show_errors
from cat4.web.remembered import forget
from cat4.web.requests import OrganizationRequest

from .context import key_of
from .forms import PreferenceForm
from .inbox import mark_all_read, mark_read, save_preferences
from .kinds import GROUPS
from .rendering import reading
from .selectors import by_day, lines_of, notices_of, preference_of, unread_by_group

PAGE = 50


@require_GET
def inbox(request: OrganizationRequest) -> HttpResponse:
    """The person's notices, unread first, by day, in their language and time zone."""
    group = request.GET.get("group", "") if request.GET.get("group") in GROUPS else ""
    unread = request.GET.get("unread") == "1"
    page = Paginator(notices_of(request.actor, group=group, unread=unread), PAGE).get_page(request.GET.get("page"))
    counts = unread_by_group(request.actor)
    preference = preference_of(request.actor.user_id)
    with reading(
        language=preference.language or request.organization.locale,
        time_zone=preference.time_zone or request.organization.time_zone,
    ):
        context = {
            "page": page,
            "days": by_day(lines_of(page)),
            "groups": [(key, GROUPS[key], count) for key, count in counts.items()],
            "group": group,
            "unread": unread,
            "unread_count": sum(counts.values()),
            "now": clock.now().isoformat(),
        }
        return render(request, "notices/inbox.html", context)


@require_GET
def follow(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Open what a notice is about; whoever opens it has read it."""
    notice = mark_read(request.actor, pk)
    forget(key_of(request.actor))
    return redirect(f"{get_script_prefix().rstrip('/')}{notice.path}")


@require_POST
def mark(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Mark one as read, or as unread again."""
    mark_read(request.actor, pk, is_read=request.POST.get("read") != "0")
    return _back(request)


@require_POST
def read_all(request: OrganizationRequest) -> HttpResponse:
    """Mark everything that the page showed as read; what came since stays unread."""
    until = _instant(request.POST.get("until", ""))
    count = mark_all_read(request.actor, group=request.POST.get("group", ""), until=until)
    if not request.htmx:
        messages.success(request, f"{count} marked as read.")
    return _back(request)


def _instant(text: str) -> datetime | None:
    """The instant that the page was shown at; None for what is none."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None


def _back(request: OrganizationRequest) -> HttpResponse:
    """The list again, with the same filter; htmx follows, and takes the list and the count from it."""
    forget(key_of(request.actor))
    kept = QueryDict(mutable=True)
    kept.update({name: request.POST[name] for name in ("group", "unread", "page") if request.POST.get(name)})
    return redirect(f"{reverse('notices:inbox')}?{kept.urlencode()}")


@require_http_methods(["GET", "POST"])
def preferences(request: OrganizationRequest) -> HttpResponse:
    """How the person wants to be told by this organization."""
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        organization_zone=request.organization.time_zone,
        preference=preference_of(request.actor.user_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_preferences(request.actor, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, "Saved. Mail that waits follows it at once.")
            return redirect("notices:preferences")
    return render(request, "notices/preferences.html", {"form": form}, status=422 if form.errors else 200)
