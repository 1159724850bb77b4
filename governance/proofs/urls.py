"""Addresses of the ledger and proof packs."""

from django.urls import path

from . import views
from .api import views as api

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/verify/", views.verify, name="ledger-verify"),
    path("ledger/proofs/", views.proofs, name="proofs"),
    path("ledger/proofs/<uuid:pk>/", views.take_proof, name="take-proof"),
    path("ledger/<int:sequence>/", views.entry, name="ledger-entry"),
]
api_urlpatterns = [
    path("ledger/", api.LedgerList.as_view(), name="ledger"),
    path("ledger/<int:sequence>/", api.LedgerDetail.as_view(), name="ledger-entry"),
    path("proof-packs/", api.ProofPackList.as_view(), name="proof-packs"),
    path("proof-packs/<uuid:pk>/", api.ProofPackDetail.as_view(), name="proof-pack"),
    path("proof-packs/<uuid:pk>/content/", api.ProofPackDownload.as_view(), name="proof-pack-content"),
]
