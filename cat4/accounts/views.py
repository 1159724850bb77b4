"""Where the package's pages for accounts do a little more here."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import HttpResponse

from . import addresses


class ResetPasswordView(PasswordResetFromKeyView):
    """Whoever sets a password by the mailed link has shown that the address is theirs."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep that it is proved."""
        addresses.prove(self.reset_user)
        answer: HttpResponse = super().form_valid(form)
        return answer


password_reset_from_key = ResetPasswordView.as_view()
