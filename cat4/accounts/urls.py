"""The pages of the account, under the names that django-allauth's own views ask for.

Only these: the package also offers pages to sign up and to sign in by a code, which nobody needs here: an
administrator invites people.
"""

from allauth.account import views
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as keys
from allauth.usersessions.views import list_usersessions
from django.urls import path, re_path

from .views import for_proved, password_reset_from_key, security

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
# Outside every organization alone: an account is the person's own.
own_urlpatterns = [
    path("security/", security, name="account_security"),
    path("sessions/", list_usersessions, name="usersessions_list"),
    path("2fa/", factors.index, name="mfa_index"),
    path("2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/activate/", for_proved(apps.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/deactivate/", apps.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/keys/add/", for_proved(keys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/keys/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
]
