"""Forms of the reporting months."""

from django import forms

from cat4.web.fields import MonthField
from governance.gates.forms import STAYS, _text


class LockForm(forms.Form):
    """Lock a month."""

    month = MonthField(widget=forms.HiddenInput)
    reason = _text("Why it is locked although measures are missing", hint=STAYS, required=False)


class MonthReasonForm(forms.Form):
    """Why a month moves; the action says when it has to be there."""

    reason = _text("Reason", hint=STAYS, required=False, rows=2)
