"""The shapes of meetings, votes, decisions, circulations and conditions in the API."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, Reference
from governance.parties.constants import SubjectKind

from ..constants import CirculationState, ConditionState, MeetingState, Presence, VoteChoice
from .votes import LostVoteAnswer


class DecisionPart(serializers.Serializer):
    """A decision of a committee: what, why, who voted how, and what it takes the place of."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    committee = Reference()
    measure = Reference(allow_null=True)
    title = serializers.CharField()
    outcome = serializers.CharField()
    outcome_label = serializers.CharField()
    reason = serializers.CharField()
    again = serializers.CharField(help_text="Why it was voted on again after a vote that was not carried")
    recommendation = serializers.CharField()
    options = serializers.ListField(child=serializers.DictField())
    taken = serializers.DictField(help_text="What was decided, in words: option, money, dates, people")
    settles = serializers.ListField(child=serializers.CharField(), help_text="Deviations that a trade-off settles")
    votes = serializers.ListField(child=serializers.DictField())
    quorum = serializers.DictField()
    effective_on = serializers.DateField()
    supersedes_id = serializers.UUIDField(allow_null=True)
    gate_decision_id = serializers.UUIDField(allow_null=True)
    decided_by = Reference()
    decided_at = serializers.DateTimeField()


class ConditionAnswer(serializers.Serializer):
    """What a decision asks for by a day, of a person."""

    id = serializers.UUIDField()
    decision_id = serializers.UUIDField()
    committee = Reference()
    measure = Reference(allow_null=True)
    text = serializers.CharField()
    due_on = serializers.DateField()
    responsible = Reference()
    state = serializers.ChoiceField(choices=ConditionState.choices)
    note = serializers.CharField()
    document_id = serializers.UUIDField(allow_null=True)
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class VoteAnswer(serializers.Serializer):
    """A member's vote; `cast_by` entered it."""

    member = Reference()
    outcome = serializers.CharField()
    choice = serializers.ChoiceField(choices=VoteChoice.choices)
    comment = serializers.CharField()
    cast_by = Reference()
    cast_at = serializers.DateTimeField()


class MeetingLine(serializers.Serializer):
    """A meeting in the list."""

    id = serializers.UUIDField()
    committee = Reference()
    starts_at = serializers.DateTimeField()
    place = serializers.CharField()
    state = serializers.ChoiceField(choices=MeetingState.choices)
    slot_on = serializers.DateField(allow_null=True, help_text="The day of the cadence; null for an extra meeting")
    reason = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ItemAnswer(serializers.Serializer):
    """An item of the agenda; `id` is null until the papers lock."""

    id = serializers.UUIDField(source="pk", allow_null=True)
    subject_kind = serializers.CharField()
    subject_id = serializers.UUIDField()
    position = serializers.IntegerField()
    title = serializers.CharField()
    summary = serializers.CharField()
    state = serializers.CharField(source="tag")
    missing = serializers.ListField(child=serializers.CharField())
    lost_votes = LostVoteAnswer(many=True, help_text="Votes in this meeting that were not carried")


class SectionAnswer(serializers.Serializer):
    """A part of the agenda that is to be known before deciding."""

    key = serializers.CharField()
    title = serializers.CharField()
    sub = serializers.CharField()
    nothing = serializers.CharField()
    lines = serializers.SerializerMethodField()

    def get_lines(self, section: Any) -> list[dict[str, str]]:
        return [{"text": line.text, "sub": line.sub, "tag": line.tag} for line in section.lines]


class AttendanceAnswer(serializers.Serializer):
    """A member at the meeting."""

    member = Reference()
    role = serializers.CharField()
    presence = serializers.ChoiceField(choices=Presence.choices)
    represented_by = Reference(allow_null=True)


class MeetingAnswer(MeetingLine):
    """A meeting with its agenda as it is now, or as it was kept when the papers locked."""

    papers_locked_at = serializers.SerializerMethodField()
    papers_lock_at = serializers.SerializerMethodField()
    quorum = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    for_next_meeting = serializers.SerializerMethodField()
    sections = serializers.SerializerMethodField()
    attendance = serializers.SerializerMethodField()

    def get_papers_locked_at(self, meeting: Any) -> Any:
        kept = self.context["page"].kept
        return kept.locked_at if kept else None

    def get_papers_lock_at(self, meeting: Any) -> Any:
        return self.context["page"].locks_at

    def get_quorum(self, meeting: Any) -> dict[str, Any]:
        voters = self.context["page"].voters
        return {
            "entitled": len(voters.entitled),
            "present": len(voters.present),
            "needed": voters.needed,
            "met": voters.has_quorum,
        }

    def get_items(self, meeting: Any) -> Any:
        return ItemAnswer(self.context["page"].lines, many=True).data

    def get_for_next_meeting(self, meeting: Any) -> list[str]:
        return [subject.title for subject in self.context["page"].late]

    def get_sections(self, meeting: Any) -> Any:
        return SectionAnswer(self.context["page"].sections, many=True).data

    def get_attendance(self, meeting: Any) -> Any:
        return AttendanceAnswer(self.context["page"].attendance, many=True).data


class MinutesAnswer(serializers.Serializer):
    """Signed minutes: the content exactly as hashed."""

    id = serializers.UUIDField()
    meeting_id = serializers.UUIDField()
    content = serializers.CharField(help_text="Canonical JSON")
    hash = serializers.CharField(help_text="SHA-256 of the content; the ledger has it too")
    signed_by = Reference()
    signed_at = serializers.DateTimeField()


class NoteAnswer(serializers.Serializer):
    """A note in the minutes."""

    id = serializers.UUIDField()
    item_id = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    author = Reference()
    at = serializers.DateTimeField()


class MotionAnswer(serializers.Serializer):
    """A question put before a committee."""

    id = serializers.UUIDField()
    committee = Reference()
    measure = Reference(allow_null=True)
    title = serializers.CharField()
    text = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ConflictAnswer(serializers.Serializer):
    """A conflict of interest that a member declared."""

    id = serializers.UUIDField()
    committee = Reference()
    measure = Reference(allow_null=True)
    subject_kind = serializers.CharField()
    subject_id = serializers.UUIDField()
    member = Reference()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class CirculationAnswer(serializers.Serializer):
    """A question that goes round between meetings."""

    id = serializers.UUIDField()
    committee = Reference()
    subject_kind = serializers.ChoiceField(choices=SubjectKind.choices)
    subject_id = serializers.UUIDField()
    measure = Reference(allow_null=True)
    title = serializers.CharField()
    question = serializers.CharField()
    outcome = serializers.CharField()
    again = serializers.CharField(help_text="Why it is voted on again after a vote that was not carried")
    recommendation = serializers.CharField()
    link = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closes_on = serializers.DateField()
    state = serializers.ChoiceField(choices=CirculationState.choices)
    ended_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.CharField()
    votes = VoteAnswer(source="votes.all", many=True)


class MeetingFilters(Input):
    """What a list of meetings may be narrowed to."""

    committee_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=MeetingState.choices, required=False)


class CirculationFilters(Input):
    """What a list of circulations may be narrowed to."""

    committee_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=CirculationState.choices, required=False)


class ConditionFilters(Input):
    """What a list of conditions may be narrowed to."""

    measure_id = serializers.UUIDField(required=False)
    responsible_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=ConditionState.choices, required=False)


class ResolutionFilters(Input):
    """What a list of committee decisions may be narrowed to."""

    committee_id = serializers.UUIDField(required=False)
    measure_id = serializers.UUIDField(required=False)


class MeetingCall(Input):
    """An extra meeting."""

    committee_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    reason = serializers.CharField()
    place = serializers.CharField(required=False, allow_blank=True)


class MeetingMove(Input):
    """Another day, time or place."""

    starts_at = serializers.DateTimeField()
    reason = serializers.CharField()
    place = serializers.CharField(required=False, allow_blank=True)


class MotionCreate(Input):
    """A question for a committee."""

    committee_id = serializers.UUIDField()
    title = serializers.CharField()
    text = serializers.CharField(required=False, allow_blank=True)
    measure_id = serializers.UUIDField(required=False, allow_null=True)


class ConflictCreate(Input):
    """What is to be decided, and the interest in it."""

    subject_kind = serializers.ChoiceField(choices=SubjectKind.choices)
    subject_id = serializers.UUIDField()
    reason = serializers.CharField()


class PresenceInput(Input):
    """How a member takes part."""

    member_id = serializers.UUIDField()
    presence = serializers.ChoiceField(choices=Presence.choices)
    represented_by_id = serializers.UUIDField(required=False, allow_null=True)


class AttendanceInput(Input):
    """Members who aren't named stay as they were."""

    seen = PresenceInput(many=True)


class NoteCreate(Input):
    """A note for the minutes."""

    text = serializers.CharField()
    item_id = serializers.UUIDField(required=False, allow_null=True)


class ItemVote(Input):
    """A vote on an item: by default one's own, on what was asked for."""

    choice = serializers.ChoiceField(choices=VoteChoice.choices)
    outcome = serializers.CharField(required=False)
    member_id = serializers.UUIDField(required=False)
    comment = serializers.CharField(required=False, allow_blank=True)


class ConditionInput(Input):
    """What the decision asks for."""

    text = serializers.CharField()
    due_on = serializers.DateField()
    responsible_id = serializers.UUIDField()


class ResolutionInput(Input):
    """What a committee decides. `details` is what the outcome needs besides, such as `{"resume_on": "2027-01-01"}`."""

    outcome = serializers.CharField()
    reason = serializers.CharField()
    votes = serializers.DictField(child=serializers.ChoiceField(choices=VoteChoice.choices), required=False)
    unanimous = serializers.BooleanField(required=False)
    comments = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="What members said with their votes, by their id"
    )
    again = serializers.CharField(
        required=False, allow_blank=True, help_text="Why the same is voted on again after a vote that was not carried"
    )
    details = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    conditions = ConditionInput(many=True, required=False)
    supersedes_id = serializers.UUIDField(required=False, allow_null=True)
    effective_on = serializers.DateField(required=False, allow_null=True)

    def validate_votes(self, votes: Mapping[str, str]) -> Mapping[str, str]:
        return _by_member(votes)

    def validate_comments(self, comments: Mapping[str, str]) -> Mapping[str, str]:
        return _by_member(comments)


def _by_member(given: Mapping[str, str]) -> dict[Any, str]:
    field = serializers.UUIDField()
    return {field.run_validation(member_id): text for member_id, text in given.items()}


class CirculationCreate(Input):
    """A question that goes round. Without `subject_id` it is a motion of its own."""

    committee_id = serializers.UUIDField()
    subject_kind = serializers.ChoiceField(choices=SubjectKind.choices, default=SubjectKind.MOTION)
    subject_id = serializers.UUIDField(required=False, allow_null=True)
    question = serializers.CharField()
    closes_on = serializers.DateField(help_text="The last day to vote")
    title = serializers.CharField(required=False, allow_blank=True)
    outcome = serializers.CharField(required=False, allow_blank=True)
    recommendation = serializers.CharField(required=False, allow_blank=True)
    link = serializers.CharField(required=False, allow_blank=True)
    document_id = serializers.UUIDField(required=False, allow_null=True)
    details = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    again = serializers.CharField(
        required=False, allow_blank=True, help_text="Why they are asked again after a vote that was not carried"
    )


class VoteCreate(Input):
    """One's own vote; where nothing is proposed, for one `outcome`."""

    choice = serializers.ChoiceField(choices=VoteChoice.choices)
    outcome = serializers.CharField(required=False)
    comment = serializers.CharField(required=False, allow_blank=True)


class Confirmation(Input):
    """Recording what was carried."""

    reason = serializers.CharField()
    conditions = ConditionInput(many=True, required=False)
    supersedes_id = serializers.UUIDField(required=False, allow_null=True)


class Fulfilment(Input):
    """How a condition was met."""

    note = serializers.CharField()
    document_id = serializers.UUIDField(required=False, allow_null=True)
