"""What a customer asked for follows them when they are merged into another, and goes when they are erased."""

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction

from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.rules import State, list_words, make_key, shorten
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"voices": Voice.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    moving = list(
        Voice.objects.select_for_update().filter(customer=gone).order_by("id").values_list("pk", flat=True)
    )
    Voice.objects.filter(pk__in=moving).update(customer_id=kept)
    return {"voices": moving}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    Voice.objects.filter(pk__in=moved.get("voices", ()), customer=kept).update(customer_id=gone)


# How voices follow a customer who is merged into another.
VOICES_FOLLOW = Mover(name="voices", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What a person asked for. A suggestion that nobody else asked for goes too, unless it was decided; its name may be the
    person's words, so another's take their place.
    """
    theirs = Voice.objects.filter(customer=customer_id) | Voice.objects.filter(
        distinct_id__in=list(distinct_ids)
    )
    said = {(one.suggestion_id, shorten(one.text)) for one in theirs}
    count = theirs.delete()[0]
    for suggestion in (
        Suggestion.objects.select_for_update().filter(pk__in={pk for pk, _text in said}).order_by("id")
    ):
        other = Voice.objects.filter(suggestion=suggestion).order_by("at", "id").first()
        if other is None and suggestion.state == State.NEW:
            suggestion.delete()
        elif (suggestion.pk, suggestion.title) in said:
            words = other.text if other else "–"
            suggestion.title, suggestion.key, suggestion.words = (
                shorten(words),
                make_key(words),
                list_words(words),
            )
            suggestion.save(update_fields=["title", "key", "words"])
    return {"voices": count}


@transaction.atomic
def forget_surveys(*, surveys: Collection[uuid.UUID]) -> int:
    """Takes out what answers to these surveys asked for, as when the demo shop goes. Returns how many suggestions went."""
    theirs = Voice.objects.filter(survey__in=surveys)
    touched = set(theirs.values_list("suggestion", flat=True))
    theirs.delete()
    gone = Suggestion.objects.filter(pk__in=touched, voices=None).delete()
    return gone[1].get("decide_suggestions.Suggestion", 0)
