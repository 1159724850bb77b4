from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "cat4.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
