from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cat4.accounts"
    label = "accounts"
