"""From answers to suggestions: each answer is one voice, and what says the same in the same words is one suggestion."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.rules import Origin, State, Wish, list_wishes, list_words, make_key
from wafaa.know.customers.actions.identifying import hold_still
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.rules import read_properties
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead


@transaction.atomic
def gather_wishes(heads: Sequence[EventHead]) -> int:
    """How many voices are new; heard again nothing changes, and what an answer says later takes the place of what it said."""
    wishes: dict[str, Wish] = {}
    for event in read_events(heads):
        for one in list_wishes(
            message_id=event.message_id,
            distinct_id=event.distinct_id,
            at=event.occurred_at,
            told=read_properties(event.properties),
        ):
            before = wishes.get(one.source_key)
            wishes[one.source_key] = one if before is None or one.at >= before.at else before
    if not wishes:
        return 0
    hold_still()
    known = {
        one.source_key: one
        for one in Voice.objects.select_for_update().filter(source_key__in=wishes).order_by("id")
    }
    changed = [voice for key, voice in known.items() if wishes[key].at > voice.at]
    moving = {
        one.source_key for one in changed if make_key(one.text) != make_key(wishes[one.source_key].text)
    }
    for voice in changed:
        voice.text, voice.at = wishes[voice.source_key].text, wishes[voice.source_key].at
    Voice.objects.bulk_update(changed, ["text", "at"])
    _take_out([one for one in changed if one.source_key in moving])
    fresh = [one for key, one in wishes.items() if key not in known]
    _add([*fresh, *(wishes[key] for key in sorted(moving))])
    return len(fresh)


def _take_out(moving: Sequence[Voice]) -> None:
    """Whoever asks for something else now asks no longer for what they said before; what nobody asks for any more goes,
    unless staff made or decided it.
    """
    left = {one.suggestion_id for one in moving}
    Voice.objects.filter(pk__in=[one.pk for one in moving]).delete()
    gone = Suggestion.objects.filter(pk__in=left, voices=None, state=State.NEW, created_by=None, merged=None)
    gone.delete()


def _add(fresh: Sequence[Wish]) -> None:
    ids = {one.distinct_id for one in fresh}
    customers = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    standing = _find_standing({make_key(one.text) for one in fresh})
    made: list[Suggestion] = []
    voices: list[Voice] = []
    for one in sorted(fresh, key=lambda wish: wish.at):
        key = make_key(one.text)
        suggestion = standing.get(key) if key else None
        if suggestion is None:
            suggestion = Suggestion(
                title=one.title,
                key=key,
                words=list_words(one.text),
                created_at=one.at,
                survey=one.fields["survey"],
            )
            made.append(suggestion)
            standing[key] = suggestion
        voices.append(
            Voice(
                suggestion=suggestion,
                source_key=one.source_key,
                origin=Origin.ANSWER,
                customer_id=customers.get(one.distinct_id),
                distinct_id=one.distinct_id,
                at=one.at,
                text=one.text,
                **one.fields,
            )
        )
    Suggestion.objects.bulk_create(made)
    Voice.objects.bulk_create(voices)


def _find_standing(keys: set[str]) -> dict[str, Suggestion]:
    """By key; what was merged leads to what it was merged into."""
    found: dict[str, Suggestion] = {}
    rows = Suggestion.objects.filter(key__in=keys - {""}).order_by("-id")
    merged = {one.merged_into_id for one in rows if one.merged_into_id}
    into = {one.pk: one for one in Suggestion.objects.filter(pk__in=merged)}
    for one in rows:
        target = into.get(one.merged_into_id, one) if one.merged_into_id else one
        if target.merged_into_id is None:
            found[one.key] = target
    return found
