"""People and their memberships. Both tables are global: they are read before a tenant is known."""

from typing import Any, ClassVar
from zlib import crc32

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.ids import new_id
from cat4.tenancy.models import Organization


class UserManager(BaseUserManager["User"]):
    """Creates people with a lower-case address, which is what they sign in with."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in; without a password only after a reset by mail."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, once per installation, in any number of organizations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    def get_full_name(self) -> str:
        return self.name

    # django.contrib.auth's templates and commands ask for these; rights come from policies only.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Membership(models.Model):
    """A person may enter an organization, until a date where one is set."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    title = models.CharField(max_length=120, blank=True, help_text="What the person is here, such as Group controller")
    is_admin = models.BooleanField(
        default=False, help_text="Administers the organization; grants no right over money or gates"
    )
    is_active = models.BooleanField(default=True)
    ends_on = models.DateField(null=True, blank=True)
    factor_due_on = models.DateField(
        null=True, blank=True, help_text="Shut out without a second factor after this day; set when it is first asked"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    @property
    def version(self) -> int:
        """What an edit form remembers of the state it was opened on.

        The table is global and counts no versions; a change of any value changes this mark.
        """
        values = (self.title, self.is_admin, self.ends_on, self.is_active)
        return crc32(repr(values).encode())


class Invitation(models.Model):
    """Somebody is asked into an organization by mail; they are a member when they have accepted, and not before.

    Only the organization that asks sees it, and of the person no more than what it typed itself: nothing
    here says whether the address has an account. Only the SHA-256 of the link's secret is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=120, blank=True)
    is_admin = models.BooleanField(default=False)
    ends_on = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=20, blank=True, help_text="Granted with the acceptance, at the node")
    node_id = models.UUIDField(null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    mail_due_at = models.DateTimeField(null=True, blank=True, help_text="A letter waits to be sent since")
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="The link opens nothing from then on")
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    OPEN = models.Q(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} into {self.organization}"


class AccountEventKind(models.TextChoices):
    """What happens to an account itself, in whatever organization."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_RESET = "password_reset", "Password reset by mail"
    ADDRESS_CHANGED = "address_changed", "Email address changed"
    FACTOR_ADDED = "factor_added", "Second factor added"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    FACTOR_RESET = "factor_reset", "Second factor taken away by the operator"
    SESSIONS_ENDED = "sessions_ended", "Other sessions ended"


class AccountEvent(AppendOnly):
    """The trail of an account: who signed in from where, and what was changed. Global, as accounts are.

    A failed sign-in names an account only where there is one; the typed address isn't kept otherwise.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=20, choices=AccountEventKind.choices)
    detail = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="account_event_by_user")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A key for the API: one person in one organization. Only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
