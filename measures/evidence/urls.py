"""Addresses of documents."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("measures/<uuid:pk>/documents/", views.documents, name="documents"),
    path("measures/<uuid:pk>/documents/new/", views.document_new, name="upload"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("documents/<uuid:pk>/attach/", views.document_attach, name="attach-document"),
    path("documents/<uuid:pk>/withdraw/", views.document_withdraw, name="withdraw-document"),
]
api_urlpatterns = [
    path("measures/<uuid:pk>/documents/", api.DocumentList.as_view(), name="documents"),
    path("documents/<uuid:pk>/", api.DocumentDetail.as_view(), name="document"),
    path("documents/<uuid:pk>/content/", api.DocumentDownload.as_view(), name="document-content"),
    path("documents/<uuid:pk>/lines/", api.DocumentLines.as_view(), name="document-lines"),
    path("documents/<uuid:pk>/openings/", api.DocumentOpenings.as_view(), name="document-openings"),
    path("documents/<uuid:pk>/withdrawal/", api.DocumentWithdraw.as_view(), name="withdraw-document"),
]
