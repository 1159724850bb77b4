from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = (
        "rules",
        "rulebook",
        "parties",
        "gates",
        "changes",
        "months",
        "drafting",
        "deviations",
        "closures",
        "committees",
        "proofs",
        "desk",
    )
