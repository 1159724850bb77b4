"""Where the committee can decide something: shown beside what its chair doesn't decide alone."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest

from ..policies import may_prepare
from ..selectors.meetings import next_meeting_before
from ..selectors.overview import visible_committee
from ..selectors.subjects import load_subject


@require_GET
def offers(request: OrganizationRequest, kind: str, pk: UUID) -> HttpResponse:
    """The next meeting on whose agenda it stands, a meeting to call, a circulation to start."""
    subject = load_subject(kind, pk)
    if subject.committee_id is None:
        raise Http404("This comes before no committee.")
    committee = visible_committee(request.actor, subject.committee_id)
    context = {
        "committee": committee,
        "meeting": next_meeting_before(committee),
        "subject": f"{subject.kind}:{subject.id}",
        "may_prepare": may_prepare(request.actor, committee),
    }
    return render(request, "governance/committees/_offers.html", context)
