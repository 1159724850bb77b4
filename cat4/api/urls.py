"""The API's own addresses inside an organization: its description."""

from django.conf import settings
from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("schema/", views.SchemaView.as_view(urlconf=settings.ORGANIZATION_URLCONF), name="schema"),
    path("docs/", views.DocsView.as_view(), name="docs"),
]
