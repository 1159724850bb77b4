"""Addresses of gate rules."""

from django.urls import path

from . import api
from .views import drafts, versions

urlpatterns = [
    path("gate-rules/", versions.index, name="rules"),
    path("gate-rules/compare/", versions.compare, name="rules-compare"),
    path("gate-rules/<int:number>/", versions.version, name="rules-version"),
    path("gate-rules/start/", drafts.start, name="rules-start"),
    path("gate-rules/draft/", drafts.edit, name="rules-draft"),
    path("gate-rules/draft/rules/", drafts.write, name="rules-write"),
    path("gate-rules/draft/own/", drafts.add_own, name="rules-own-add"),
    path("gate-rules/draft/own/<slug:rule>/remove/", drafts.remove_own, name="rules-own-remove"),
    path("gate-rules/draft/rights/", drafts.add_right, name="rules-right-add"),
    path("gate-rules/draft/rights/<int:position>/remove/", drafts.remove_right, name="rules-right-remove"),
    path("gate-rules/draft/manner/", drafts.manner, name="rules-manner"),
    path("gate-rules/draft/frame/", drafts.frame, name="rules-frame"),
    path("gate-rules/draft/discard/", drafts.discard, name="rules-discard"),
    path("gate-rules/draft/publish/", drafts.publish, name="rules-publish"),
    path("gate-rules/draft/dry-run/", drafts.dry_run, name="rules-dry-run"),
]
api_urlpatterns = [
    path("gate-rules/", api.RuleSetList.as_view(), name="rule-sets"),
    path("gate-rules/in-force/", api.RulesInForce.as_view(), name="rules-in-force"),
    path("gate-rules/comparison/", api.RuleSetComparison.as_view(), name="compare-rules"),
    path("gate-rules/draft/", api.RuleDraft.as_view(), name="rule-draft"),
    path("gate-rules/draft/steps/<str:step>/", api.RuleStep.as_view(), name="rule-step"),
    path("gate-rules/draft/publication/", api.RulePublication.as_view(), name="publish-rules"),
    path("gate-rules/draft/dry-run/", api.RuleDryRun.as_view(), name="dry-run"),
    path("gate-rules/draft/dry-run/findings/", api.DryRunFindings.as_view(), name="dry-run-findings"),
    path("gate-rules/<int:number>/", api.RuleSetDetail.as_view(), name="rule-set"),
]
