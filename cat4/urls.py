"""The installation's own addresses. Those of an organization are in `cat4.urls_organization`."""

from django.urls import include, path

from cat4.accounts import urls as accounts
from cat4.api.views import OrganizationList
from cat4.health import healthz
from cat4.web import views
from hierarchy.people import urls as people

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("api/v1/organizations/", OrganizationList.as_view(), name="api-organizations"),
    path("accounts/", include((people.account_urlpatterns, "invitations"))),
    path("accounts/", include(accounts.own_urlpatterns)),
    path("accounts/", include(accounts)),
    path("", include("cat4.web.urls")),
]

handler500 = "cat4.web.failures.server_error"
