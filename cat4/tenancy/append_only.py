"""Tables that are only ever added to: audit, ledger, decisions, plan versions."""

import pgtrigger
from django.db import models


class AppendOnly(models.Model):
    """No row is changed or removed: refused by a trigger for everybody, and by grants for the serving role."""

    class Meta:
        abstract = True


def append_only_trigger() -> pgtrigger.Protect:
    """The trigger that refuses UPDATE and DELETE; list it in the child's `Meta.triggers`."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
