"""Whether a person has shown that the address they sign in with is theirs: by a link that was mailed to it."""

from allauth.account.models import EmailAddress

from .models import User


def prove(user: User) -> None:
    """Keep that the person read what was mailed to their address."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def is_proved(user: User) -> bool:
    """Whether the address of today was ever proved."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())
