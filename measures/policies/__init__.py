"""Who may do what with a measure (domain section 5). Each answer carries the sentence that the person reads."""

from .evidence import may_upload_document, may_withdraw_document
from .money import (
    may_add_effects,
    may_approve_baseline,
    may_confirm_forecast,
    may_edit_plan,
    may_propose_baseline,
    may_report_actuals,
    may_return_actuals,
    may_revise_forecast,
    may_validate_actuals,
    may_validate_entry,
)
from .work import (
    may_become_controller,
    may_check_overlap,
    may_create_measure,
    may_edit_measure,
    may_edit_milestones,
    may_edit_risks,
    may_move_measure,
    may_name_people,
    may_override_status,
    may_receive_measure,
    may_remove_milestone,
)

__all__ = [
    "may_add_effects",
    "may_approve_baseline",
    "may_become_controller",
    "may_check_overlap",
    "may_confirm_forecast",
    "may_create_measure",
    "may_edit_measure",
    "may_edit_milestones",
    "may_edit_plan",
    "may_edit_risks",
    "may_move_measure",
    "may_name_people",
    "may_override_status",
    "may_propose_baseline",
    "may_receive_measure",
    "may_remove_milestone",
    "may_report_actuals",
    "may_return_actuals",
    "may_revise_forecast",
    "may_upload_document",
    "may_validate_actuals",
    "may_validate_entry",
    "may_withdraw_document",
]
