"""Addresses of people, deputies and tokens."""

from django.urls import path

from .api import deputies as deputies_api
from .api import views as api
from .views import answering, deputies, invitations, members, sign_in, tokens

urlpatterns = [
    path("members/", members.index, name="members"),
    path("members/new/", invitations.invite, name="member-invite"),
    path("members/invitations/<uuid:pk>/resend/", invitations.resend, name="invitation-resend"),
    path("members/invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="invitation-withdraw"),
    path("members/<uuid:pk>/", members.detail, name="member"),
    path("members/<uuid:pk>/edit/", members.edit, name="member-edit"),
    path("members/<uuid:pk>/deactivate/", members.deactivate, name="member-deactivate"),
    path("members/<uuid:pk>/roles/<uuid:grant_id>/revoke/", members.revoke, name="role-revoke"),
    path("deputies/", deputies.mine, name="my-deputies"),
    path("settings/deputies/", deputies.index, name="deputies"),
    path("settings/deputies/<uuid:pk>/end/", deputies.end, name="deputy-end"),
    path("settings/sign-in/", sign_in.second_factor, name="second-factor"),
    path("settings/tokens/", tokens.token_list, name="tokens"),
    path("settings/tokens/<uuid:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
]
# Outside any organization: whoever answers is no member yet.
account_urlpatterns = [
    path("invitation/<str:secret>/", answering.answer, name="answer"),
    path("invitations/<uuid:pk>/accept/", answering.accept, name="accept"),
    path("invitations/<uuid:pk>/decline/", answering.decline, name="decline"),
]
api_urlpatterns = [
    path("deputies/", deputies_api.DeputyList.as_view(), name="deputies"),
    path("deputies/<uuid:pk>/end/", deputies_api.DeputyEnd.as_view(), name="end-deputy"),
    path("people/", api.PersonList.as_view(), name="people"),
]
