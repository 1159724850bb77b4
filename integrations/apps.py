from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = ("rates", "portfolios")
