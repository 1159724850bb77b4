from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    name = "hierarchy"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = (
        "organization",
        "calendar",
        "master",
        "nodes",
        "people",
        "committees",
        "rates",
        "snapshots",
        "settings",
    )
