"""Two suggestions that are one, and apart again."""

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.decide.suggestions.errors import MergeImpossible, MergeOver
from wafaa.decide.suggestions.models import Suggestion, SuggestionMerge, Voice
from wafaa.kit import clock


def lock(*ids: int) -> dict[int, Suggestion]:
    """In the order of their ids, so that two who lock the same can't deadlock."""
    return {one.pk: one for one in Suggestion.objects.select_for_update().filter(pk__in=ids).order_by("id")}


@transaction.atomic
def merge_suggestions(*, kept: Suggestion, gone: Suggestion, by: Staff | None) -> SuggestionMerge:
    """Whoever asked for `gone` asked for `kept`. Merging twice is merging once. Raises MergeImpossible."""
    held = lock(kept.pk, gone.pk)
    if len(held) != 2 or held[kept.pk].merged_into_id is not None:
        raise MergeImpossible
    other = held[gone.pk]
    if other.merged_into_id == kept.pk:
        return SuggestionMerge.objects.get(gone=gone, undone_at=None)
    if other.merged_into_id is not None or Suggestion.objects.filter(merged_into=other).exists():
        # what lies below it would be two steps away; it is merged the other way round
        raise MergeImpossible
    voices = list(Voice.objects.filter(suggestion=other).order_by("id").values_list("pk", flat=True))
    Voice.objects.filter(pk__in=voices).update(suggestion=kept)
    Suggestion.objects.filter(pk=other.pk).update(merged_into=kept)
    try:
        with transaction.atomic():
            merge = SuggestionMerge.objects.create(
                kept=kept, gone=other, voices=voices, at=clock.now(), by=by
            )
    except IntegrityError as error:
        raise MergeImpossible from error
    record_change(
        staff=by, deed="merge_suggestions", subject=str(kept.uuid), after={"merged": str(other.uuid)}
    )
    return merge


@transaction.atomic
def undo_merge(*, merge: SuggestionMerge, by: Staff | None) -> SuggestionMerge:
    """Both are what they were; who asked since stays with the kept one. Undoing twice is undoing once. Raises MergeOver."""
    held = lock(merge.kept_id, merge.gone_id)
    merge = SuggestionMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge
    if len(held) != 2 or held[merge.kept_id].merged_into_id is not None:
        raise MergeOver
    Voice.objects.filter(pk__in=merge.voices, suggestion=merge.kept_id).update(suggestion=merge.gone_id)
    Suggestion.objects.filter(pk=merge.gone_id).update(merged_into=None)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    record_change(staff=by, deed="undo_suggestion_merge", subject=str(held[merge.kept_id].uuid))
    return merge
