"""The organization over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from cat4.errors import require
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings

from ..actions import change_organization, organization_changes
from ..pages import effect_sentences
from ..selectors.organization import organization_effects
from . import shapes


class OrganizationView(Resource):
    """The organization of the address."""

    @reads("get_organization", shapes.OrganizationAnswer)
    def get(self, request: Request) -> Response:
        return self.one(organization_settings(), shapes.OrganizationAnswer, context={"actor": self.actor})

    @changes("change_organization", shapes.OrganizationChange, shapes.OrganizationAnswer, versioned=True)
    def patch(self, request: Request) -> Response:
        given = self.given(shapes.OrganizationChange, partial=True)
        saved = change_organization(self.actor, expected_version=self.expected_version, **given)
        return self.one(saved, shapes.OrganizationAnswer, context={"actor": self.actor})


class OrganizationPreview(Resource):
    """What a change of the organization would do; nothing is saved."""

    @reads("preview_organization", shapes.OrganizationEffectsAnswer, parameters=[shapes.OrganizationChange])
    def get(self, request: Request) -> Response:
        require(may_change_settings(self.actor))
        wanted = self.asked(shapes.OrganizationChange)
        effects = organization_effects(organization_changes(organization_settings(), wanted))
        answer = {"changes": effects.changes, "sentences": effect_sentences(effects)}
        return Response(shapes.OrganizationEffectsAnswer(answer).data)
