"""Addresses of deviations."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("deviations/", views.deviations, name="deviations"),
    path("deviations/mine/", views.mine, name="my-deviations"),
    path("deviations/of/<uuid:pk>/", views.card, name="deviations-card"),
    path("deviations/<uuid:pk>/", views.deviation, name="deviation"),
    path("deviations/<uuid:pk>/cause/", views.cause, name="deviation-cause"),
    path("deviations/<uuid:pk>/options/", views.options, name="deviation-options"),
    path("deviations/<uuid:pk>/counter-measures/", views.counter_measures, name="deviation-counter-measures"),
    path("deviations/<uuid:pk>/decide/", views.decide, name="deviation-decide"),
    path("deviation-options/<uuid:pk>/remove/", views.option_remove, name="deviation-option-remove"),
    path("counter-measures/<uuid:pk>/", views.counter_measure, name="counter-measure"),
]
api_urlpatterns = [
    path("deviations/", api.DeviationList.as_view(), name="deviations"),
    path("deviations/<uuid:pk>/", api.DeviationDetail.as_view(), name="deviation"),
    path("deviations/<uuid:pk>/cause/", api.DeviationCause.as_view(), name="deviation-cause"),
    path("deviations/<uuid:pk>/options/", api.DeviationOptions.as_view(), name="deviation-options"),
    path(
        "deviations/<uuid:pk>/counter-measures/",
        api.DeviationCounterMeasures.as_view(),
        name="deviation-counter-measures",
    ),
    path("deviations/<uuid:pk>/decisions/", api.DeviationDecisions.as_view(), name="deviation-decisions"),
    path("deviation-options/<uuid:pk>/", api.DeviationOptionDetail.as_view(), name="deviation-option"),
    path("counter-measures/<uuid:pk>/", api.CounterMeasureDetail.as_view(), name="counter-measure"),
    path("counter-measures/<uuid:pk>/done/", api.CounterMeasureDone.as_view(), name="counter-measure-done"),
]
