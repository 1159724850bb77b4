"""What overrides supply to the page of a measure."""

from measures.core.pages.supply import guards_act

from .policies import may_override_status

guards_act("may_override")(may_override_status)
