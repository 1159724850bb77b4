"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an administrator adds members, who set their password by mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
