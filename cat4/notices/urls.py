from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.read_all, name="read-all"),
    path("notices/preferences/", views.preferences, name="preferences"),
    path("notices/<uuid:pk>/", views.follow, name="open"),
    path("notices/<uuid:pk>/mark/", views.mark, name="mark"),
]
