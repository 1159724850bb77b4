"""Addresses of reporting months."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("periods/", views.current, name="periods"),
    path("periods/lock/", views.lock, name="period-lock"),
    path("periods/<str:month>/", views.month, name="period"),
    path("periods/<str:month>/advance/", views.advance, name="period-advance"),
    path("periods/<str:month>/step-back/", views.step_back, name="period-step-back"),
    path("periods/<str:month>/nudge/<uuid:person>/", views.nudge, name="period-nudge"),
]
api_urlpatterns = [
    path("periods/", api.PeriodList.as_view(), name="periods"),
    path("periods/<str:month>/", api.MonthDetail.as_view(), name="period"),
    path("periods/<str:month>/advance/", api.MonthAdvance.as_view(), name="period-advance"),
    path("periods/<str:month>/step-back/", api.MonthStepBack.as_view(), name="period-step-back"),
    path("periods/<str:month>/nudges/", api.MonthNudge.as_view(), name="period-nudges"),
]
