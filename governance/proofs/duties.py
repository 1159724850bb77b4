"""Proof packs that wait for a worker."""

from datetime import date

from cat4.duties.registry import duty

from .actions.packs import ask_again


@duty("governance.proof_packs")
def resume_proof_packs(_today: date) -> int:
    """Proof packs whose worker was lost, or whom no broker reached, are asked for again."""
    return ask_again()
