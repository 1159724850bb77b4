from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = ("facts", "status", "core", "money", "evidence", "overrides", "findings", "schedule", "desk")
