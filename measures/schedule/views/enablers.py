"""Answering for a measure whose enabler fell."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web import formats
from cat4.web.form_pages import answer, posted
from cat4.web.requests import OrganizationRequest
from measures.constants import EnablerEvent
from measures.core.pages.frame import url_of
from measures.core.views.frame import form_page

from ..actions.enablers import answer_enabler
from ..forms.ripples import AnswerForm
from ..policies import may_answer_enabler
from ..selectors.enablers import visible_enabler_answer


@require_http_methods(["GET", "POST"])
def reply(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Accept, absorb or contest; what was answered already leads to the measure."""
    asked = visible_enabler_answer(request.actor, pk)
    if request.method == "GET" and (asked.kind or asked.superseded_at):
        return redirect(url_of(asked.measure, "detail"))
    require(may_answer_enabler(request.actor, asked.measure))
    note = _("%(code)s, which makes it possible: %(event)s. Until you answer, its money is at best amber.") % {
        "code": asked.enabler.code,
        "event": EnablerEvent(asked.event).label.lower(),
    }
    sub = _("Answer by %(day)s") % {"day": formats.day(asked.due_on)}
    title = _("Answer for %(name)s") % {"name": asked.measure.name}
    page = form_page(request, asked.measure, "detail", title, _("Answer"), sub=sub, note=note)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        answer_enabler(request.actor, pk, **clean)
        return url_of(asked.measure, "detail"), _("Answered.")

    return answer(request, AnswerForm(posted(request)), page, act)
