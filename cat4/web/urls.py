from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("organizations/", views.organizations, name="organizations"),
    path("theme/", views.theme, name="theme"),
]
