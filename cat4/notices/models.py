"""What a person is told, and how they want to be told."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints

from .facts import FactsDecoder, FactsEncoder
from .kinds import MailMode


class Notice(TenantModel):
    """One event told to one person. Its words are made when it is read, in the reader's language.

    `mail_due_at` is when its mail is to go out (None: no mail), `mail_after` the same put off after failures.
    An old notice is emptied (`emptied_at`), never removed: its event must not be told again.
    """

    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    event = models.CharField(max_length=200, help_text="Names what happened: told once to each person")
    path = models.CharField(max_length=300, help_text="Of the page inside the organization, from its slash")
    facts = models.JSONField(default=dict, encoder=FactsEncoder, decoder=FactsDecoder)
    # No foreign key: measures are an app above.
    measure_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    is_digest = models.BooleanField(default=False)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_after = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=500, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("notice"),
            models.UniqueConstraint(fields=["organization", "event", "person"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "person", "-created_at", "id"], name="notice_inbox"),
            models.Index(
                fields=["organization", "person"], name="notice_unread", condition=Q(read_at=None, emptied_at=None)
            ),
            models.Index(
                fields=["organization", "mail_after"],
                name="notice_mail_due",
                condition=Q(mailed_at=None, mail_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class NoticePreference(TenantModel):
    """How one person wants the notices of this organization; without a row the defaults hold."""

    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    mail = models.CharField(
        max_length=10,
        choices=[
            (MailMode.AT_ONCE.value, "At once"),
            (MailMode.DAILY.value, "Once a day"),
            (MailMode.NONE.value, "No mail"),
        ],
        default=MailMode.DAILY.value,
    )
    digest_hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; empty: the organization's")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the organization's")
    muted = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("notice_preference"),
            models.UniqueConstraint(fields=["organization", "person"], name="notice_preference_once"),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="notice_preference_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.mail} for {self.person_id}"
