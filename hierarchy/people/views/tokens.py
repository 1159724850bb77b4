"""API tokens: of oneself, and for administrators of everybody."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST

from cat4 import clock
from cat4.errors import Invalid
from cat4.web.form_pages import posted, show_errors
from cat4.web.requests import OrganizationRequest

from ..actions.tokens import issue_token, revoke_token
from ..forms.people import TokenForm
from ..selectors.members import own_tokens, tokens


@require_http_methods(["GET", "POST"])
def token_list(request: OrganizationRequest) -> HttpResponse:
    """A person's own API tokens; an administrator also sees the others'. A new key is shown once, here."""
    a_year = {"expires_on": clock.today() + timedelta(days=365)}
    form, key = TokenForm(posted(request), initial=a_year), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, key = issue_token(request.actor, **form.cleaned_data)
            form = TokenForm(initial=a_year)
        except Invalid as refused:
            show_errors(form, refused)
    others = tokens(request.actor).exclude(membership__user_id=request.actor.user_id)
    context = {
        "form": form,
        "key": key,
        "own": own_tokens(request.actor),
        "others": others if request.actor.is_admin else [],
    }
    response = render(request, "hierarchy/people/tokens.html", context, status=422 if form.errors else 200)
    add_never_cache_headers(response)
    return response


@require_POST
def token_revoke(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """End a key at once."""
    token = revoke_token(request.actor, pk)
    messages.success(request, f"Revoked {token.name}. It no longer opens anything.")
    return redirect("hierarchy:tokens")
