"""Reference rates of the European Central Bank: upload, look at what would change, confirm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import Conflict, Invalid, require
from cat4.web.form_pages import show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.policies import may_set_rates
from integrations.constants import RateFate

from .actions import take_over_rates
from .comparison import Proposal
from .ecb import read_quotes
from .forms import UploadForm, opened, sealed
from .selectors import preview_of, proposed_rates, used_currencies

_SHOWN = 80
# What may surprise comes first.
_ORDER = [RateFate.LOCKED, RateFate.CHANGED, RateFate.NEW]


@require_http_methods(["GET", "POST"])
def upload(request: OrganizationRequest) -> HttpResponse:
    """Ask for the file, and show what it would change. Nothing is written yet."""
    require(may_set_rates(request.actor))
    if request.method != "POST":
        return _form(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        quotes = read_quotes(file.read(), file.name)
        proposal = proposed_rates(quotes, currencies=form.asked_currencies, plan=form.asked_plan)
    except Invalid as refused:
        show_errors(form, refused)
        return _form(request, form, status=422)
    return _preview(request, proposal)


@require_POST
def confirm(request: OrganizationRequest) -> HttpResponse:
    """Take over what the preview showed, and nothing else."""
    require(may_set_rates(request.actor))
    try:
        proposal, state = opened(request.POST.get("proposal", ""), _whose(request))
    except Invalid as refused:
        form = UploadForm({})
        form.errors.clear()
        show_errors(form, refused)
        return _form(request, form, status=422)
    try:
        _, versions = take_over_rates(request.actor, proposal, expected=state)
    except Conflict as moved:
        return _preview(request, proposal, notice=moved.message, status=409)
    named = ", ".join(f"{version.get_kind_display().lower()} {version.number}" for version in versions)
    messages.success(request, f"Took over the rates as version {named}." if named else "Nothing differed.")
    return redirect("hierarchy:rates")


def _whose(request: OrganizationRequest) -> str:
    return f"{request.actor.organization_id} {request.actor.user_id}"


def _form(request: OrganizationRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "used": sorted(used_currencies()), "home": request.organization}
    return render(request, "integrations/rates/upload.html", context, status=status)


def _preview(request: OrganizationRequest, proposal: Proposal, *, notice: str = "", status: int = 200) -> HttpResponse:
    preview = preview_of(proposal)
    spoken = [line for fate in _ORDER for line in preview.lines if line.fate is fate]
    context = {
        "proposal": proposal,
        "counts": [(fate.label, preview.counts[fate.value]) for fate in RateFate],
        "lines": spoken[:_SHOWN],
        "more": max(0, len(spoken) - _SHOWN),
        "will_change": len(preview.will_change),
        "token": sealed(proposal, preview.state, _whose(request)),
        "notice": notice,
        "home": request.organization,
    }
    return render(request, "integrations/rates/preview.html", context, status=status)
