"""What a token may not do where the organization asks people for a second factor: a token has none."""

from cat4.accounts.asking import SignedDuty
from cat4.errors import NotAllowed

# By the operation's name in the OpenAPI document.
SIGNED = {
    SignedDuty.DECIDE: frozenset(
        {
            "give_approval", "decide_gate", "decide_item", "decide_deviation", "vote_on_item", "vote_by_circulation",
            "confirm_circulation", "accept_condition", "refuse_condition", "sign_minutes", "publish_rules",
            "start_meeting", "close_meeting", "reopen_meeting", "approve_baseline", "override_status",
        }
    ),
    SignedDuty.VALIDATE: frozenset(
        {
            "validate_actuals", "return_actuals", "validate_correction", "return_correction", "approve_baseline",
            "give_approval", "confirm_forecast", "advance_period", "step_back_period", "lock_period", "sign_closure",
        }
    ),
    SignedDuty.ADMINISTER: frozenset(
        {"change_organization", "set_exchange_rates", "import_reference_rates", "publish_rules", "step_back_period"}
    ),
}  # fmt: skip


def refuse_token(operation: str, asked_for: list[str]) -> None:
    """Refuse an operation of a duty for which the organization asks a second factor.

    Raises:
        NotAllowed: sign in and do it on the page.
    """
    if any(operation in SIGNED[SignedDuty(duty)] for duty in asked_for):
        raise NotAllowed("Your organization asks for a second factor here, and a token has none. Do it on the page.")
