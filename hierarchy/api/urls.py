from django.urls import path

from . import deputies, rates, views

app_name = "hierarchy_api"
urlpatterns = [
    path("organization/", views.OrganizationView.as_view(), name="organization"),
    path("nodes/", views.NodeList.as_view(), name="nodes"),
    path("nodes/<uuid:pk>/", views.NodeDetail.as_view(), name="node"),
    path("nodes/<uuid:pk>/move/", views.NodeMove.as_view(), name="move-node"),
    path("nodes/<uuid:pk>/retire/", views.NodeRetire.as_view(), name="retire-node"),
    path("nodes/<uuid:pk>/restore/", views.NodeRestore.as_view(), name="restore-node"),
    path("legal-entities/", views.LegalEntityList.as_view(), name="legal-entities"),
    path("business-units/", views.BusinessUnitList.as_view(), name="business-units"),
    path("functions/", views.FunctionList.as_view(), name="functions"),
    path("accounts/", views.AccountList.as_view(), name="accounts"),
    path("committees/", views.CommitteeList.as_view(), name="committees"),
    path("exchange-rates/", rates.RateList.as_view(), name="exchange-rates"),
    path("rate-sets/", rates.RateSetList.as_view(), name="rate-sets"),
    path("rate-sets/<uuid:pk>/", rates.RateSetOne.as_view(), name="rate-set"),
    path("nodes/<uuid:pk>/targets/", rates.NodeTargets.as_view(), name="node-targets"),
    path("calendar/", rates.CalendarView.as_view(), name="calendar"),
    path("deputies/", deputies.DeputyList.as_view(), name="deputies"),
    path("deputies/<uuid:pk>/end/", deputies.DeputyEnd.as_view(), name="end-deputy"),
    path("people/", views.PersonList.as_view(), name="people"),
]
