"""Finding suggestions, who asked for them, what they are like, and what came of telling."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from wafaa.act.messages.queries import count_states, count_whys
from wafaa.decide.suggestions.errors import SuggestionMissing
from wafaa.decide.suggestions.models import Suggestion, SuggestionMerge, Voice
from wafaa.decide.suggestions.rules import State, list_words, rank_similar
from wafaa.kit.text import fold
from wafaa.listen.surveys.models import Survey

# Of so many, the latest, similar ones are looked for: more than a shop decides in years.
COMPARED_MAX = 2_000
PUBLIC_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of telling whoever asked: messages by state, why some got none, and how many nobody can reach."""

    states: dict[str, int]
    whys: list[tuple[str, str, int]]
    anonymous: int


def get_suggestion(suggestion_uuid: uuid.UUID) -> Suggestion:
    """Raises SuggestionMissing. One that was merged leads to the one that it was merged into."""
    found = _with_people(Suggestion.objects.all()).select_related("owner", "created_by")
    one: Suggestion | None = found.filter(uuid=suggestion_uuid).first()
    while one is not None and one.merged_into_id is not None:
        one = found.filter(pk=one.merged_into_id).first()
    if one is None:
        raise SuggestionMissing
    return one


def list_suggestions(*, state: str = "", search: str = "", survey: uuid.UUID | None = None) -> QuerySet[Any]:
    """Those that somebody asked for, each with `people`: how many did."""
    found = _with_people(Suggestion.objects.filter(merged_into=None))
    found = found.filter(Q(people__gt=0) | Q(created_by__isnull=False) | ~Q(state=State.NEW))
    if state:
        found = found.filter(state=state)
    if survey:
        found = found.filter(pk__in=Voice.objects.filter(survey=survey).values("suggestion"))
    if search.strip():
        found = found.filter(_find(search))
    return found.select_related("owner")


def _with_people(found: QuerySet[Suggestion]) -> QuerySet[Any]:
    """Of a customer who asked twice one counts; whoever is anonymous is one for each answer."""
    known = Count("voices__customer", distinct=True)
    unknown = Count("voices", filter=Q(voices__customer=None), distinct=True)
    return found.annotate(people=known + unknown)


def _find(text: str) -> Q:
    """By stems, so that marks, variants and forms of a word don't matter; else by the beginning of what was written."""
    words = list_words(text)
    plain = Q(title__icontains=text.strip()) | Q(key__contains=fold(text))
    return plain | Q(words__contains=words) if words else plain


def list_voices(suggestion: Suggestion) -> QuerySet[Voice]:
    """The latest first."""
    return suggestion.voices.select_related("customer").order_by("-at", "-id")


def find_similar(suggestion: Suggestion) -> list[tuple[Suggestion, float]]:
    """What may be the same, the most alike first."""
    rows = list_suggestions().exclude(pk=suggestion.pk).order_by("-created_at")[:COMPARED_MAX]
    others = {one.pk: one for one in rows}
    ranked = rank_similar(suggestion.words, {pk: one.words for pk, one in others.items()})
    return [(others[pk], alike) for pk, alike in ranked]


def list_merges(suggestion: Suggestion) -> QuerySet[SuggestionMerge]:
    """What was merged into it and not taken out again, the latest first."""
    return (
        SuggestionMerge.objects.filter(kept=suggestion, undone_at=None)
        .select_related("gone", "by")
        .order_by("-id")
    )


def get_merge(merge_id: int, suggestion: Suggestion) -> SuggestionMerge:
    """Raises SuggestionMissing."""
    found = SuggestionMerge.objects.select_related("gone").filter(pk=merge_id, kept=suggestion).first()
    if found is None:
        raise SuggestionMissing
    return found


def count_by_state() -> dict[str, int]:
    rows = list_suggestions().order_by().values_list("pk", "state")
    counts: dict[str, int] = {}
    for _pk, state in rows:
        counts[state] = counts.get(state, 0) + 1
    return counts


def get_told(suggestion: Suggestion) -> Told:
    return Told(
        states=count_states(suggestion.reason),
        whys=count_whys(suggestion.reason),
        anonymous=suggestion.voices.filter(customer=None).count(),
    )


def count_untold(suggestion: Suggestion) -> int:
    """Of those who asked and are known, how many were not asked to be told: they asked, or were merged in, afterwards."""
    known: int = suggestion.voices.filter(customer__isnull=False).aggregate(
        n=Count("customer", distinct=True)
    )["n"]
    return max(known - sum(count_states(suggestion.reason).values()), 0)


def list_public() -> Sequence[Suggestion]:
    """What the public page tells, without anybody's name: done ones first, then the latest decisions."""
    found = _with_people(Suggestion.objects.filter(merged_into=None, is_public=True).exclude(state=State.NEW))
    order = (F("done_on").desc(nulls_last=True), F("decided_at").desc(nulls_last=True))
    return list(found.order_by(*order)[:PUBLIC_SHOWN])


def list_surveys() -> list[tuple[uuid.UUID, str]]:
    """Surveys by whose scores a change may be judged, the latest first."""
    return list(Survey.objects.order_by("-created_at", "-id").values_list("uuid", "name")[:200])


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person asked us to change."""
    theirs = Q(customer=customer_id) | Q(distinct_id__in=list(distinct_ids))
    found: Any = Voice.objects.filter(theirs).order_by("id")
    return {"suggestions": list(found.values("at", "text", "survey_name", "question", "suggestion__state"))}
