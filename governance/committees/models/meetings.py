"""A committee's meeting: agenda, attendance, votes, notes and signed minutes (domain section 13)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.gates.models import GateRequest
from governance.parties.constants import SubjectKind
from hierarchy.constants import SeatRole
from hierarchy.models import Committee
from measures.models import Measure

from ..constants import MEETING_EDGES, MeetingState, Presence, VoteChoice, VoteResult
from ..triggers import again_with_reason, held_by_signature, no_own_votes


class Motion(TenantModel):
    """A question that somebody puts to a committee, apart from the requests of measures."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="motions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["proposed_at"]
        constraints = tenant_constraints("motion", "committee", "measure")
        indexes = [models.Index(fields=["organization", "committee", "proposed_at"], name="motion_by_committee")]

    def __str__(self) -> str:
        return self.title


class Meeting(FSMModelMixin, TenantModel):
    """One sitting. `slot_on` is the day of the cadence that it was made for, whatever day it was moved to."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    slot_on = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    state = FSMField(
        choices=MeetingState.choices, default=MeetingState.PLANNED, protected=True, editable=False, max_length=12
    )
    called_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    called_at = models.DateTimeField()
    reason = models.TextField(blank=True, help_text="Why it was called, moved or cancelled")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="How often it was changed, for calendars")
    chaired_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["starts_at"]
        constraints = [
            *tenant_constraints("meeting", "committee"),
            models.UniqueConstraint(fields=["organization", "committee", "slot_on"], name="meeting_once_per_slot"),
        ]
        indexes = [models.Index(fields=["organization", "committee", "starts_at"], name="meeting_by_start")]
        triggers = [
            pgtrigger.FSM(
                name="state_edges", field="state", transitions=[(a.value, b.value) for a, b in MEETING_EDGES]
            ),
            pgtrigger.Protect(
                name="signed", operation=pgtrigger.Update | pgtrigger.Delete, condition=pgtrigger.Q(old__state="signed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id} at {self.starts_at:%Y-%m-%d %H:%M}"

    @transition(field=state, source=MeetingState.PLANNED, target=MeetingState.IN_SESSION)
    def start(self) -> None:
        """Opened by the chair."""

    @transition(field=state, source=MeetingState.PLANNED, target=MeetingState.CANCELLED)
    def cancel(self) -> None:
        """Called off; its slot stays taken."""

    @transition(field=state, source=MeetingState.IN_SESSION, target=MeetingState.CLOSED)
    def close(self) -> None:
        """Over; what is undecided moves on."""

    @transition(field=state, source=MeetingState.CLOSED, target=MeetingState.IN_SESSION)
    def reopen(self) -> None:
        """Closing is undone: it goes on, until the minutes are signed."""

    @transition(field=state, source=MeetingState.CLOSED, target=MeetingState.SIGNED)
    def sign(self) -> None:
        """The minutes are signed; from now on nothing of the meeting changes."""


class MeetingAgenda(AppendOnly, TenantModel):
    """The agenda as it was when the papers were locked: sections with their lines, as shown."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="agenda")
    sections = models.JSONField(default=list)
    figures = models.JSONField(default=dict, help_text="Sums of the committee's measures, as text")
    locked_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("meeting_agenda", "meeting")
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Agenda of {self.meeting_id}"


class AgendaItem(AppendOnly, TenantModel):
    """Something to decide, as it stood when the papers were locked. With something missing it can't be granted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    request = models.ForeignKey(GateRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items")
    title = models.CharField(max_length=240)
    summary = models.TextField(blank=True)
    missing = models.JSONField(default=list, help_text="Sentences: what was not fulfilled, and who can supply it")
    paper = models.JSONField(default=dict, help_text="Recommendation and options, as they were when the papers locked")

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [
            *tenant_constraints("agenda_item", "meeting", "request", "motion", "measure"),
            models.UniqueConstraint(fields=["organization", "meeting", "position"], name="agenda_item_position"),
            models.UniqueConstraint(
                fields=["organization", "meeting", "subject_kind", "subject_id"], name="agenda_item_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Attendance(TenantModel):
    """A member at a meeting, with the seat held then."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=SeatRole.choices)
    presence = models.CharField(max_length=12, choices=Presence.choices, default=Presence.ABSENT)
    represented_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("attendance", "meeting"),
            models.UniqueConstraint(fields=["organization", "meeting", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(presence=Presence.REPRESENTED, represented_by__isnull=False)
                | (~Q(presence=Presence.REPRESENTED) & Q(represented_by__isnull=True)),
                name="attendance_represented_by_somebody",
            ),
        ]
        triggers = [held_by_signature("meeting_id", "closed", "signed")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.presence}"


class Ballot(TenantModel):
    """A member's vote on an outcome; `cast_by` entered it, as themselves, for the member, or as who presides."""

    member = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20)
    choice = models.CharField(max_length=8, choices=VoteChoice.choices)
    comment = models.TextField(blank=True)
    cast_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = True


class MeetingVote(Ballot):
    """A vote on an item of the agenda; it may change until the item is decided."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")

    class Meta(Ballot.Meta):
        constraints = [
            *tenant_constraints("meeting_vote", "item"),
            models.UniqueConstraint(fields=["organization", "item", "member"], name="meeting_vote_once"),
        ]
        triggers = [
            no_own_votes("governance_agendaitem", "item_id"),
            held_by_signature(
                "(SELECT meeting_id FROM governance_agendaitem WHERE id = {row}.item_id)", "closed", "signed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.choice}"


class LostVote(AppendOnly, TenantModel):
    """A vote on an item that was not carried, as counted then. The same is voted on again only with a reason, `again`.

    `number` counts the votes on the item that were not carried; `votes` and `quorum` are as a decision keeps them.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="lost_votes")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20)
    outcome_label = models.CharField(max_length=60)
    result = models.CharField(max_length=8, choices=[(VoteResult.LOST, "Lost"), (VoteResult.TIED, "Tied")])
    reason = models.TextField(blank=True, help_text="What was said for it")
    again = models.TextField(blank=True, help_text="Why it was voted on again")
    votes = models.JSONField(default=list)
    quorum = models.JSONField(default=dict)
    taken_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["taken_at", "number"]
        constraints = [
            *tenant_constraints("lost_vote", "item"),
            models.UniqueConstraint(fields=["organization", "item", "number"], name="lost_vote_number"),
        ]
        triggers = [
            append_only_trigger(),
            again_with_reason(),
            held_by_signature(
                "(SELECT meeting_id FROM governance_agendaitem WHERE id = {row}.item_id)", "closed", "signed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_label}: {self.result}"


class MinuteNote(AppendOnly, TenantModel):
    """What was said, written into the minutes: about an item, or the meeting as a whole."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notes")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = tenant_constraints("minute_note", "meeting", "item")
        triggers = [append_only_trigger(), held_by_signature("meeting_id", "signed")]

    def __str__(self) -> str:
        return self.text[:60]


class Minutes(AppendOnly, TenantModel):
    """The signed minutes: their whole content as hashed, the hash that the ledger carries too, and who signed."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    content = models.TextField(help_text="Canonical JSON, exactly as hashed")
    hash = models.CharField(max_length=64)
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("minutes", "meeting")
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Minutes of {self.meeting_id}"
