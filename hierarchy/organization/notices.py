"""Telling people what they lead; the words are templates/notices/<kind>.txt."""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.notices.actions import notify


def tell_lead(actor: Actor, lead_id: UUID | None, *, of: str, event: str, path: str) -> None:
    """Tell somebody that they lead a node or a business unit, unless they named themselves or nobody is named."""
    people = [person for person in (lead_id,) if person != actor.user_id]
    notify("member.lead_named", event=event, people=people, path=path, facts={"who": actor.in_words, "what": of})
