"""The form of a person's preferences."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from .kinds import GROUPS, MANDATORY, MailMode, group_of
from .models import NoticePreference

MAIL_WORDS = {
    MailMode.AT_ONCE: "At once, one mail for each notice",
    MailMode.DAILY: "Once a day, all together",
    MailMode.NONE: "No mail; the inbox keeps everything",
}


class PreferenceForm(forms.Form):
    """How and when to be told."""

    mail = forms.ChoiceField(
        label="Mail", choices=[(mode.value, words) for mode, words in MAIL_WORDS.items()], widget=forms.RadioSelect
    )
    digest_hour = forms.TypedChoiceField(
        label="Daily mail at", coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    time_zone = forms.ChoiceField(label="Your time zone", required=False)
    language = forms.ChoiceField(
        required=False, choices=[("", "As the organization"), ("en", "English"), ("de", "Deutsch")]
    )
    muted = forms.MultipleChoiceField(
        label="Don't tell me of", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="What waits for you, and what escalates to you, is told all the same",
    )  # fmt: skip

    def __init__(self, *args: Any, organization_zone: str, preference: NoticePreference, **options: Any) -> None:
        names = ("mail", "digest_hour", "time_zone", "language", "muted")
        initial = {name: getattr(preference, name) for name in names}
        super().__init__(*args, **options)
        self.initial.update(initial)
        zones: Any = self.fields["time_zone"]
        zones.choices = [
            ("", f"As the organization, {organization_zone}"),
            *((z, z) for z in sorted(available_timezones())),
        ]
        groups: Any = self.fields["muted"]
        groups.choices = [(group, _named(group)) for group in GROUPS]


def _named(group: str) -> str:
    """The group, with a word where some of it can't be switched off."""
    partly = any(group_of(kind) == group for kind in MANDATORY)
    return f"{GROUPS[group]}, except what waits for me" if partly else GROUPS[group]
