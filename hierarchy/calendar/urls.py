"""Addresses of working days."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("settings/working-days/", views.index, name="calendar"),
    path("settings/working-days/holidays/", views.choose, name="holidays"),
    path("settings/working-days/add/", views.add_day, name="day-add"),
    path("settings/working-days/<uuid:pk>/remove/", views.remove_day, name="day-remove"),
]
api_urlpatterns = [
    path("calendar/", api.CalendarView.as_view(), name="calendar"),
]
