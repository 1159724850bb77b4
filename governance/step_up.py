"""Proving at the moment of signing that it is still the same person: the own password asked again, or the app's digits.

Wrong answers are counted per person outside the transaction, so that a rollback doesn't forget them.
"""

import logging

from django.core.cache import cache

from cat4.accounts.actor import Actor
from cat4.accounts.factors import is_app_code
from cat4.accounts.selectors import people
from cat4.errors import Invalid

log = logging.getLogger(__name__)

MAX_WRONG = 5
WINDOW_SECONDS = 300


def confirm_identity(actor: Actor, password: str) -> None:
    """Compare with the actor's own password, or with what their authenticator app shows.

    Raises:
        Invalid: on `password`: empty, wrong, or too many wrong ones within five minutes.
    """
    key = f"step-up:{actor.user_id}"
    if not password:
        raise Invalid({"password": "Enter your password to sign."})
    # Counted before it is compared, so that attempts side by side, on several closures, don't all pass as the first.
    cache.add(key, 0, WINDOW_SECONDS)
    attempt = cache.incr(key)
    if attempt > MAX_WRONG:
        raise Invalid({"password": "Too many wrong passwords. Wait five minutes, then sign again."})
    person = people({actor.user_id}).get(actor.user_id)
    if person is not None and (is_app_code(person, password) or person.check_password(password)):
        cache.delete(key)
        return
    log.warning("wrong password at a signature: person %s, attempt %s", actor.user_id, attempt)
    raise Invalid({"password": "The password is wrong. Nothing was signed."})
