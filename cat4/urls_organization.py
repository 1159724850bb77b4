"""The addresses inside `/o/<slug>/`; the prefix is taken off before they are resolved."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("cat4.api.urls")),
    path("api/v1/", include("cat4.notices.api.urls")),
    path("api/v1/", include("hierarchy.urls_api")),
    path("api/v1/", include("measures.urls_api")),
    path("api/v1/", include("governance.urls_api")),
    path("api/v1/", include("reporting.urls_api")),
    path("api/v1/", include("integrations.urls_api")),
    path("accounts/", include("cat4.accounts.urls")),
    path("", include("cat4.web.urls")),
    path("", include("cat4.notices.urls")),
    path("", include("hierarchy.urls")),
    path("", include("governance.urls")),
    path("", include("measures.urls")),
    path("", include("reporting.urls")),
    path("", include("integrations.urls")),
]
