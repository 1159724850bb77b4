"""Addresses of dates, dependencies and ripples."""

from django.urls import path

from .api import dates as dates_api
from .api import enablers as enablers_api
from .api import network as network_api
from .views import dependencies, enablers, milestones, ripples, roadmap, slips

urlpatterns = [
    path("roadmap/", roadmap.page, name="roadmap"),
    path("ripples/<uuid:pk>/", ripples.page, name="ripple"),
    path("ripples/answers/<uuid:pk>/", ripples.answer, name="answer-ripple"),
    path("enabler-answers/<uuid:pk>/", enablers.reply, name="answer-enabler"),
    path("blockers/", ripples.blockers, name="blockers"),
    path("measures/<uuid:pk>/dependencies/new/", dependencies.add, name="add-dependency"),
    path("dependencies/<uuid:pk>/edit/", dependencies.edit, name="edit-dependency"),
    path("dependencies/<uuid:pk>/remove/", dependencies.remove, name="remove-dependency"),
    path("milestones/<uuid:pk>/accept/", dependencies.accept, name="accept-hand-off"),
    path("milestones/<uuid:pk>/refuse/", dependencies.refuse, name="refuse-hand-off"),
    path("pull-forwards/<uuid:pk>/take/", dependencies.take, name="take-pull-forward"),
    path("pull-forwards/<uuid:pk>/decline/", dependencies.decline, name="decline-pull-forward"),
    path("measures/<uuid:pk>/milestones/", milestones.tab, name="milestones"),
    path("measures/<uuid:pk>/milestones/new/", milestones.milestone_new, name="add-milestone"),
    path("milestones/<uuid:pk>/edit/", milestones.milestone_edit, name="edit-milestone"),
    path("milestones/<uuid:pk>/forecast/", slips.revise, name="revise-milestone"),
    path("milestones/<uuid:pk>/complete/", milestones.milestone_complete, name="complete-milestone"),
    path("milestones/<uuid:pk>/remove/", milestones.milestone_remove, name="remove-milestone"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/milestones/", dates_api.MilestoneList.as_view(), name="milestones"),
    path("milestones/<uuid:pk>/", dates_api.MilestoneDetail.as_view(), name="milestone"),
    path("milestones/<uuid:pk>/forecast/", dates_api.MilestoneForecast.as_view(), name="revise-milestone"),
    path("milestones/<uuid:pk>/completion/", dates_api.MilestoneComplete.as_view(), name="complete-milestone"),
    path("milestones/search/", network_api.MilestoneSearch.as_view(), name="find-milestones"),
    path("milestones/<uuid:pk>/slip-preview/", network_api.SlipPreview.as_view(), name="preview-slip"),
    path("milestones/<uuid:pk>/hand-off/acceptance/", network_api.HandOffAccept.as_view(), name="accept-hand-off"),
    path("milestones/<uuid:pk>/hand-off/refusal/", network_api.HandOffRefuse.as_view(), name="refuse-hand-off"),
    path("hand-offs/", network_api.HandOffs.as_view(), name="hand-offs"),
    path("dependencies/", network_api.DependencyList.as_view(), name="dependencies"),
    path("dependencies/<uuid:pk>/", network_api.DependencyDetail.as_view(), name="dependency"),
    path("measures/<uuid:pk>/dependencies/", network_api.MeasureDependencies.as_view(), name="measure-dependencies"),
    path("measures/<uuid:pk>/ripples/", network_api.MeasureRipples.as_view(), name="measure-ripples"),
    path("ripples/<uuid:pk>/", network_api.RippleDetail.as_view(), name="ripple"),
    path("ripple-answers/", network_api.OpenAnswers.as_view(), name="ripple-answers"),
    path("ripple-answers/<uuid:pk>/", network_api.RippleReply.as_view(), name="answer-ripple"),
    path("enabler-answers/", enablers_api.EnablerAnswers.as_view(), name="enabler-answers"),
    path("enabler-answers/<uuid:pk>/", enablers_api.EnablerReply.as_view(), name="answer-enabler"),
    path("pull-forwards/", network_api.Offers.as_view(), name="pull-forwards"),
    path("pull-forwards/<uuid:pk>/taking/", network_api.OfferTake.as_view(), name="take-pull-forward"),
    path("pull-forwards/<uuid:pk>/declining/", network_api.OfferDecline.as_view(), name="decline-pull-forward"),
    path("blockers/", network_api.Blockers.as_view(), name="blockers"),
]
