"""The shapes of what people enter about meetings, votes, conditions and circulations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from cat4.web.fields import needed_sometimes, only_for
from governance.constants import HoldReason
from governance.parties.constants import SubjectKind
from hierarchy.organization.selectors import organization
from measures.evidence.kinds import TAKEN

from .actions.resolving import ConditionAsk
from .actions.sessions import Seen
from .constants import Presence, VoteChoice
from .models.meetings import Attendance, LostVote
from .models.resolutions import CommitteeDecision
from .rules import Seat
from .selectors.subjects import Subject

Choices = Iterable[tuple[str, str]]
CONDITION_ROWS = 3
_MOST_MB = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
STAYS = "Stays in the ledger and cannot be edited later."


def _text(label: str, *, hint: str = "", required: bool = True, rows: int = 2, wanted: str = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    errors = {"required": wanted or "Write a reason before you go on."}
    return forms.CharField(label=label, help_text=hint, required=required, widget=area, error_messages=errors)


def _one_of(label: str, choices: Choices, nothing: str, *, required: bool = False, hint: str = "") -> Any:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", nothing), *choices],
        coerce=UUID,
        empty_value=None,
        required=required,
        help_text=hint,
        error_messages={"invalid_choice": "Choose one of the list.", "required": "Choose one of the list."},
    )


class WhenForm(forms.Form):
    """The day, time and place of a meeting, in the organization's zone."""

    day = forms.DateField(widget=forms.DateInput, error_messages={"required": "Enter the day."})
    time = forms.TimeField(
        label="Time of day",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter the time of day."},
    )
    place = forms.CharField(max_length=200, required=False, help_text="A room, or a link")
    reason = _text("Reason", hint="Everybody who is invited reads it.")

    def when(self) -> dict[str, Any]:
        """What the actions take."""
        clean = self.cleaned_data
        starts_at = datetime.combine(clean["day"], clean["time"], tzinfo=ZoneInfo(organization().time_zone))
        return {"starts_at": starts_at, "place": clean["place"], "reason": clean["reason"]}


class MotionForm(forms.Form):
    """A question for the committee."""

    title = forms.CharField(max_length=200, label="What is to be decided")
    text = _text("Background", required=False, rows=4)

    def __init__(self, *args: Any, measures: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure_id"] = _one_of("About the measure", measures, "No measure")


class PaperForm(forms.Form):
    """A paper on what is to be decided."""

    file = forms.FileField(
        help_text=f"{TAKEN}, up to {_MOST_MB} MB", widget=forms.FileInput(attrs={"data-most-mb": _MOST_MB})
    )
    title = forms.CharField(max_length=200, required=False, help_text="Empty: the name of the file")


class AttendanceForm(forms.Form):
    """Presence and stand-in by member."""

    def __init__(
        self, *args: Any, rows: Iterable[Attendance], people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            key = str(row.member_id)
            self.fields[key] = forms.ChoiceField(label=row.member.name, choices=Presence.choices, initial=row.presence)
            others = [pair for pair in people if pair[0] != key]
            field = _one_of(f"Represents {row.member.name}", others, "Nobody")
            field.initial = row.represented_by_id
            self.fields[f"by-{key}"] = field

    def lines(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each member."""
        for row in self.rows:
            yield self[str(row.member_id)], self[f"by-{row.member_id}"]

    def seen(self) -> list[Seen]:
        """What the action takes."""
        clean = self.cleaned_data
        return [Seen(row.member_id, clean[str(row.member_id)], clean[f"by-{row.member_id}"]) for row in self.rows]


class NoteForm(forms.Form):
    """A sentence for the minutes."""

    text = _text("Note for the minutes", rows=3, wanted="Write the note.")


class PasswordForm(forms.Form):
    """Sign the minutes."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Asked again at each signature, so that it is yours alone.",
        error_messages={"required": "Enter your password to sign."},
    )


class ConditionsMixin(forms.Form):
    """Up to three conditions, each with its day and person."""

    def add_conditions(self, people: Choices) -> None:
        """The fields `c0_text`, `c0_due_on`, `c0_responsible_id` and so on."""
        listed = list(people)
        for row in range(CONDITION_ROWS):
            self.fields[f"c{row}_text"] = forms.CharField(label="Condition", required=False, max_length=2000)
            self.fields[f"c{row}_due_on"] = forms.DateField(label="Due", required=False, widget=forms.DateInput)
            self.fields[f"c{row}_responsible_id"] = _one_of("Follow-up by", listed, "Choose a person")

    def condition_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields by row."""
        parts = ("text", "due_on", "responsible_id")
        return [tuple(self[f"c{row}_{part}"] for part in parts) for row in range(CONDITION_ROWS)]  # type: ignore[misc]

    @property
    def has_more_conditions(self) -> bool:
        """Whether anything was filled in beyond the first row."""
        return any(field.value() for row in self.condition_rows()[1:] for field in row)

    def conditions(self) -> list[ConditionAsk]:
        """Rows of which anything was filled in."""
        clean = self.cleaned_data
        rows = [
            ConditionAsk(clean[f"c{row}_text"], clean[f"c{row}_due_on"], clean[f"c{row}_responsible_id"])
            for row in range(CONDITION_ROWS)
        ]
        return [row for row in rows if row.text or row.due_on or row.responsible_id]

    def field_of(self, name: str) -> str:
        """The form's field for the name that an action gives it: `conditions.1.due_on` is of the second filled row."""
        if name.startswith("votes."):
            return name.replace("votes.", "vote-")
        if name.startswith("comments."):
            return name.replace("comments.", "said-")
        if not name.startswith("conditions."):
            return name
        _, number, part = name.split(".")
        filled = [row for row in range(CONDITION_ROWS) if any(self[f"c{row}_{p}"].value() for p in ("text", "due_on"))]
        return f"c{filled[int(number)] if int(number) < len(filled) else 0}_{part}"


_TRADE_OFF = ("due_on", "wait_until", "measure_id", "new_measure", "owner_id")
_FOR = {
    "hold_reason": "hold", "resume_on": "hold", "gap_owner_id": "accept cancel",
    "due_on": "re_scope add_resources re_sequence", "wait_until": "wait", "measure_id": "compensate",
    "new_measure": "compensate", "owner_id": "compensate",
}  # fmt: skip


def _settles(subject: Subject) -> forms.MultipleChoiceField:
    listed = [(str(row.pk), f"{row.number}, {row.get_kind_display().lower()}") for row in subject.deviations]
    return forms.MultipleChoiceField(
        label="Deviations that it settles",
        choices=listed,
        widget=forms.CheckboxSelectMultiple,
        initial=[pk for pk, _ in listed],
        help_text="What you take out stays open, and stands on the next agenda.",
        error_messages={"required": "Choose at least one."},
    )


class RulingForm(ConditionsMixin):
    """What the committee decides on an item: outcome, what it needs, votes with their words, reason, conditions."""

    outcome = forms.ChoiceField(label="Decision", choices=[], error_messages={"required": "Choose a decision."})
    reason = _text("Reason", hint=STAYS, rows=3)
    unanimous = forms.BooleanField(label="Everybody who may vote and is present votes for it", required=False)
    hold_reason = forms.ChoiceField(
        label="Why work rests", required=False, choices=[("", "Choose a reason"), *HoldReason.choices]
    )
    resume_on = forms.DateField(label="Work resumes on", required=False, widget=forms.DateInput)
    due_on = forms.DateField(label="Changed plan by", required=False, widget=forms.DateInput)
    wait_until = forms.DateField(label="Wait until", required=False, widget=forms.DateInput)
    new_measure = forms.CharField(label="New measure, by name", required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        subject: Subject,
        voters: Iterable[Seat],
        people: Sequence[tuple[str, str]],
        earlier: Iterable[CommitteeDecision] = (),
        measures: Choices = (),
        lost: Sequence[LostVote] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ask_again(lost)
        self.fields["outcome"].choices = list(subject.outcomes.items())  # type: ignore[attr-defined]
        self.fields["gap_owner_id"] = _one_of("Who owns the gap", people, "Choose a person")
        self.fields["owner_id"] = _one_of("Its owner", people, "Choose a person")
        self.fields["measure_id"] = _one_of("Measure that compensates", measures, "Choose a measure")
        options = [(str(option.pk), option.title) for option in subject.options]
        self.fields["option_id"] = _one_of("Option that is taken", options, "None of them")
        if len(subject.deviations) > 1:
            self.fields["settles"] = _settles(subject)
        self._keep_only(subject)
        self.voters = list(voters)
        for seat in self.voters:
            self.fields[f"vote-{seat.member_id}"] = forms.ChoiceField(
                label=seat.name, choices=[("", "–"), *VoteChoice.choices], required=False
            )
            self.fields[f"said-{seat.member_id}"] = forms.CharField(label=seat.name, required=False, max_length=2000)
        decisions = [
            (str(decision.pk), f"{decision.number}. {decision.title}: {decision.outcome_label}") for decision in earlier
        ]
        if decisions:
            self.fields["supersedes_id"] = _one_of("Takes the place of decision", decisions, "None")
        self.add_conditions(people)

    def _ask_again(self, lost: Sequence[LostVote]) -> None:
        """What was lost or tied in this meeting is put to the vote again with a reason, which is kept."""
        if not lost:
            return
        named = ", ".join(dict.fromkeys(vote.outcome_label for vote in lost))
        self.fields["again"] = _text(
            "Why it is voted on again", required=False, hint=f"Needed for what was not carried: {named}. {STAYS}"
        )
        self.initial.setdefault("reason", lost[-1].reason)

    def _keep_only(self, subject: Subject) -> None:
        """Fields that no outcome of the subject needs are not asked for."""
        outcomes = set(subject.outcomes)
        trade_off = subject.kind == SubjectKind.DEVIATION
        unwanted = [] if trade_off else [*_TRADE_OFF, "option_id"]
        unwanted += [] if "hold" in outcomes else ["hold_reason", "resume_on"]
        unwanted += [] if trade_off or "cancel" in outcomes else ["gap_owner_id"]
        unwanted += [] if subject.options or not trade_off else ["option_id"]
        for name in unwanted:
            self.fields.pop(name, None)
        only_for(self, _FOR)

    def votes_fields(self) -> list[forms.BoundField]:
        """One field per member who may vote and is there."""
        return [self[f"vote-{seat.member_id}"] for seat in self.voters]

    def words_fields(self) -> list[forms.BoundField]:
        """What each of them said, in their own words."""
        return [self[f"said-{seat.member_id}"] for seat in self.voters]

    @property
    def has_words(self) -> bool:
        """Whether anybody's words were entered."""
        return any(field.value() for field in self.words_fields())

    def detail_fields(self) -> list[forms.BoundField]:
        """What single outcomes need."""
        names = ("settles", "option_id", "hold_reason", "resume_on", "gap_owner_id", *_TRADE_OFF)
        return [self[name] for name in names if name in self.fields]

    def given(self) -> dict[str, Any]:
        """What `decide_item` takes."""
        clean = self.cleaned_data
        details = {bound.name: str(clean[bound.name]) for bound in self.detail_fields() if clean.get(bound.name)}
        if "settles" in self.fields:
            details["settles"] = ",".join(clean["settles"])
        votes = {seat.member_id: choice for seat in self.voters if (choice := clean[f"vote-{seat.member_id}"])}
        return {
            "outcome": clean["outcome"],
            "reason": clean["reason"],
            "unanimous": clean["unanimous"],
            "votes": votes,
            "comments": {seat.member_id: said for seat in self.voters if (said := clean[f"said-{seat.member_id}"])},
            "again": clean.get("again", ""),
            "details": details,
            "conditions": self.conditions(),
            "supersedes_id": clean.get("supersedes_id"),
        }


class VoteForm(forms.Form):
    """A member's own vote."""

    choice = forms.ChoiceField(
        label="Your vote",
        choices=VoteChoice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    comment = _text("Comment", required=False)

    def given(self) -> dict[str, Any]:
        """What the actions take."""
        return dict(self.cleaned_data)


class ChoiceForm(forms.Form):
    """A member's own vote where nothing is proposed: for one of the ways out, or for none."""

    choice = forms.ChoiceField(
        label="You are for", widget=forms.RadioSelect, error_messages={"required": "Choose one."}
    )
    comment = _text("Comment", required=False)

    def __init__(self, *args: Any, outcomes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        abstains = (VoteChoice.ABSTAIN.value, "None of them: I abstain")
        self.fields["choice"].choices = [*outcomes.items(), abstains]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the actions take."""
        clean = self.cleaned_data
        if clean["choice"] == VoteChoice.ABSTAIN:
            return {"choice": VoteChoice.ABSTAIN.value, "comment": clean["comment"]}
        return {"choice": VoteChoice.FOR.value, "outcome": clean["choice"], "comment": clean["comment"]}


def vote_form(
    subject: Subject, proposed: str, data: Any = None, initial: Mapping[str, str] | None = None
) -> VoteForm | ChoiceForm:
    """The form of an own vote: on what is proposed, else a choice."""
    if proposed:
        return VoteForm(data, prefix="vote", initial=dict(initial or {}))
    return ChoiceForm(data, prefix="vote", outcomes=subject.outcomes, initial=dict(initial or {}))


class CirculationForm(forms.Form):
    """A question that goes round. Without a subject it is a motion of its own."""

    title = needed_sometimes(
        forms.CharField(max_length=200, required=False, help_text="Needed for a question of its own, and only there")
    )
    question = _text("Question", rows=3, wanted="Write the question.")
    recommendation = _text("Recommendation", required=False)
    again = _text("Why they are asked again", required=False, hint=f"Only where a vote on it was not carried. {STAYS}")
    link = forms.URLField(required=False, assume_scheme="https", help_text="Where the papers are")
    closes_on = forms.DateField(
        label="Last day to vote", widget=forms.DateInput, error_messages={"required": "Enter the last day to vote."}
    )
    field_order = ["subject", "title", "question", "recommendation", "again", "link", "closes_on"]

    def __init__(self, *args: Any, subjects: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"] = forms.ChoiceField(
            label="About", choices=[("", "A question of its own"), *subjects], required=False
        )
        self.order_fields(self.field_order)

    def given(self) -> dict[str, Any]:
        """What `open_circulation` takes."""
        clean = dict(self.cleaned_data)
        kind, _, key = clean.pop("subject").partition(":")
        return {**clean, "subject_kind": kind or SubjectKind.MOTION, "subject_id": UUID(key) if key else None}


class ConfirmForm(ConditionsMixin):
    """Record what was carried by circulation."""

    reason = _text("Reason", hint=STAYS, rows=3)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_conditions(people)


class FulfilForm(forms.Form):
    """How a condition was met."""

    note = _text("How it is fulfilled", rows=3, wanted="Say how it is fulfilled.")

    def __init__(self, *args: Any, documents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(documents)
        if listed:
            self.fields["document_id"] = _one_of("Document", listed, "None", hint="Of the measure")
