from django.urls import path

from . import gallery, sent_once, views

app_name = "web"
urlpatterns = [
    path("organizations/", views.organizations, name="organizations"),
    path("theme/", views.theme, name="theme"),
    path("sent/<slug:key>/", sent_once.waiting, name="sent"),
    path("unsent/discard/", views.discard_unsent, name="discard-unsent"),
    path("gallery/", gallery.gallery, name="gallery"),
]
