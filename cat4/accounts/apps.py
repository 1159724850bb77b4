from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cat4.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("cat4.accounts.events")
