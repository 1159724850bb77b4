"""Pages outside any organization: the way in, and the theme."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from cat4.accounts.addresses import is_proved
from cat4.accounts.selectors import invitations_for, memberships_of

from .requests import person, signed_in
from .session_end import forget, unsent_form


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The only organization at once, or the choice of several; an invitation is answered first."""
    lines = memberships_of(signed_in(request))
    if len(lines) == 1 and not invitations_for(person(request)).exists():
        return redirect(f"/o/{lines[0].slug}/")
    return _choice(request)


@require_GET
@login_required
def organizations(request: HttpRequest) -> HttpResponse:
    """Every organization that the person may enter, and those that ask them in."""
    return _choice(request)


def _choice(request: HttpRequest) -> HttpResponse:
    who = person(request)
    context = {
        "memberships": memberships_of(who.pk),
        "invitations": invitations_for(who),
        "is_proved": is_proved(who),
    }
    return render(request, "web/organizations.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme for a year, and go back to where it was chosen."""
    back = request.POST.get("next", "/")
    # Anything but a path would be taken for the name of a page, or lead elsewhere.
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("theme", "")
    response.set_cookie(
        "theme", chosen if chosen in {"light", "dark"} else "", max_age=31_536_000, samesite="Lax", httponly=True
    )
    return response


@require_POST
@login_required
def discard_unsent(request: HttpRequest) -> HttpResponse:
    """Forget what was typed before the session ended, and go back to where it was typed."""
    kept = unsent_form(request)
    forget(request)
    return redirect(kept["page"] if kept else "/")
