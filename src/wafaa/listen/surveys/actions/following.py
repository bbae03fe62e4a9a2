"""Answers follow a customer who is merged into another, and go when a person is erased."""

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import transaction

from wafaa.kit.fields import CurrentTransactionId
from wafaa.know.customers.rules import Mover
from wafaa.listen.surveys.models import Answer, Invitation, Response, Upload
from wafaa.stream.erasing import note_gone


def _count(customer_id: int) -> dict[str, int]:
    return {"survey_responses": Response.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    responses = list(Response.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True))
    Response.objects.filter(pk__in=responses).update(customer_id=kept, changed_in=CurrentTransactionId())
    invitations = list(Invitation.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=invitations).update(customer_id=kept)
    return {"responses": responses, "invitations": invitations}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    Response.objects.filter(pk__in=moved.get("responses", ()), customer=kept).update(
        customer_id=gone, changed_in=CurrentTransactionId()
    )
    Invitation.objects.filter(pk__in=moved.get("invitations", ()), customer=kept).update(customer_id=gone)


# How answers follow a customer who is merged into another.
SURVEYS_FOLLOW = Mover(name="surveys", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What a person was asked and answered, with its files; the facts hear of it. Returns what -> how many.

    Anonymous answers are nobody's, and stay.
    """
    responses = list(
        Response.objects.filter(customer=customer_id).order_by("id").values_list("pk", flat=True)
    )
    answers = list(Answer.objects.filter(response__in=responses).values_list("pk", flat=True))
    for stored in Upload.objects.filter(response__in=responses).values_list("stored_as", flat=True):
        transaction.on_commit(partial((settings.FILES_ROOT / "answers" / stored).unlink, missing_ok=True))
    Response.objects.filter(pk__in=responses).delete()
    invitations = Invitation.objects.filter(customer=customer_id).delete()[0]
    note_gone(table="responses", keys=responses)
    note_gone(table="answers", keys=answers)
    return {
        "survey_responses": len(responses),
        "survey_answers": len(answers),
        "survey_invitations": invitations,
    }
