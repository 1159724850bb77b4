from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = ("figures", "past", "rollups", "freshness", "comparison", "explorer", "years", "trail", "cockpit")
