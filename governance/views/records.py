"""The records: the ledger with its verification, and the reporting months with their lock."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web import formats
from cat4.web.requests import OrganizationRequest
from hierarchy.selectors.nodes import root_node

from ..actions.periods import lock_period
from ..forms import LockForm
from ..policies import may_lock_period, may_see_ledger
from ..selectors.ledger import last_verification, ledger_page, verify_now
from ..selectors.periods import next_to_lock, open_measures
from ._forms import show_errors


@require_GET
def ledger(request: OrganizationRequest) -> HttpResponse:
    """The chain, newest entry first."""
    require(may_see_ledger(request.actor, root_node().pk))
    before = request.GET.get("before", "")
    page = ledger_page(int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {"ledger": page, "verification": last_verification(), "is_first": not before}
    return render(request, "governance/ledger.html", context)


@require_POST
def verify(request: OrganizationRequest) -> HttpResponse:
    """Walk the whole chain now."""
    require(may_see_ledger(request.actor, root_node().pk))
    result = verify_now()
    if result.broken_sequence is None:
        messages.success(request, f"Ledger intact: {formats.number(result.entries)} entries hold.")
    else:
        messages.error(request, f"The ledger is broken at entry {result.broken_sequence}: {result.problem}.")
    return redirect("governance:ledger")


@require_http_methods(["GET", "POST"])
def lock(request: OrganizationRequest) -> HttpResponse:
    """Ask once more, then lock the month that comes next."""
    require(may_lock_period(request.actor, root_node().pk))
    month = next_to_lock()
    form = LockForm(request.POST) if request.method == "POST" else LockForm(initial={"month": month})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                period = lock_period(request.actor, **form.cleaned_data)
            except Invalid as refused:
                show_errors(form, refused)
            else:
                messages.success(request, f"{formats.month(period.month)} is locked.")
                return redirect("governance:period", month=f"{period.month:%Y-%m}")
        status = 422
    context = {"form": form, "month": month, "open_measures": open_measures(request.actor, month) if month else []}
    return render(request, "governance/lock.html", context, status=status)
