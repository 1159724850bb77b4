from django.urls import path

from . import views

app_name = "notices_api"
urlpatterns = [
    path("notices/", views.NoticeList.as_view(), name="notices"),
    path("notices/read/", views.ReadAll.as_view(), name="read-all-notices"),
    path("notices/preferences/", views.Preferences.as_view(), name="notice-preferences"),
    path("notices/<uuid:pk>/", views.NoticeDetail.as_view(), name="notice"),
    path("notices/<uuid:pk>/read/", views.Read.as_view(), name="read-notice"),
]
