"""The person's own page of their account, and where the package's pages do a little more here."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.views import PasswordResetFromKeyView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from . import addresses
from .factors import factor_lines
from .models import User
from .selectors import account_events

View = Callable[..., HttpResponse]


class ResetPasswordView(PasswordResetFromKeyView):
    """Whoever sets a password by the mailed link has shown that the address is theirs."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep that it is proved."""
        addresses.prove(self.reset_user)
        answer: HttpResponse = super().form_valid(form)
        return answer


def for_proved(view: View) -> View:
    """Only whose address is proved adds a factor: who opened the account for somebody else must not shut them out."""

    @login_required
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if addresses.is_proved(cast(User, request.user)):
            return view(request, **arguments)
        # That page says how.
        return redirect("account_security")

    return guarded


password_reset_from_key = ResetPasswordView.as_view()


@require_GET
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """How the person signs in, what asks for a second factor, and what happened to the account lately."""
    person = cast(User, request.user)
    context = {
        "factors": factor_lines(person),
        "is_proved": addresses.is_proved(person),
        "events": account_events(person),
    }
    return render(request, "account/security.html", context)
