"""The reporting months with their lock."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cat4.errors import Invalid, require
from cat4.web import formats
from cat4.web.requests import OrganizationRequest
from hierarchy.selectors.nodes import root_node

from ..actions.periods import lock_period
from ..forms import LockForm
from ..policies import may_lock_period
from ..selectors.periods import next_to_lock, open_measures
from ._forms import show_errors


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
    return render(request, "governance/months/lock.html", context, status=status)
