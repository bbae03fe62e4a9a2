"""What staff say a comment means. The comment is locked; each correction can be taken back, the latest first."""

from collections.abc import Collection

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.learn.feedback.errors import CommentMissing, CorrectionUnknown, NothingToUndo
from wafaa.learn.feedback.models import TOPIC_NAMES, Comment, Correction
from wafaa.learn.feedback.rules import disagrees

_KEPT = ("sentiment", "confidence", "topics", "spans", "is_mismatch")


@transaction.atomic
def correct_comment(
    *, comment: Comment, sentiment: str, topics: Collection[str], by: Staff
) -> Correction | None:
    """None where it says so already. Raises CommentMissing, CorrectionUnknown."""
    if sentiment not in {"negative", "neutral", "positive"} or not set(topics) <= set(TOPIC_NAMES):
        raise CorrectionUnknown
    row = _lock(comment)
    wanted = [topic for topic in TOPIC_NAMES if topic in set(topics)]
    if (row.sentiment, sorted(row.topics)) == (sentiment, sorted(wanted)) and row.corrected_at:
        return None
    made = Correction.objects.create(
        comment=row,
        by=by,
        at=clock.now(),
        before={name: getattr(row, name) for name in _KEPT},
        sentiment=sentiment,
        topics=wanted,
    )
    if row.sentiment != sentiment:
        row.spans = [span for span in row.spans if span[2] == sentiment]
    row.sentiment, row.confidence, row.topics, row.corrected_at = sentiment, 1.0, wanted, made.at
    row.is_mismatch = disagrees(row.score_share, sentiment, 1.0)
    row.save(update_fields=[*_KEPT, "corrected_at"])
    after = {"sentiment": sentiment, "topics": wanted}
    record_change(staff=by, deed="correct_comment", subject=str(row.uuid), before=_tell(made), after=after)
    return made


@transaction.atomic
def undo_correction(*, comment: Comment, by: Staff) -> None:
    """The latest correction as if it had not been. Raises CommentMissing, NothingToUndo."""
    row = _lock(comment)
    standing = list(row.corrections.filter(undone_at=None).order_by("-id")[:2])
    if not standing:
        raise NothingToUndo
    last = standing[0]
    for name in _KEPT:
        setattr(row, name, last.before[name])
    row.corrected_at = standing[1].at if len(standing) > 1 else None
    row.save(update_fields=[*_KEPT, "corrected_at"])
    last.undone_at = clock.now()
    last.save(update_fields=["undone_at"])
    record_change(staff=by, deed="undo_comment_correction", subject=str(row.uuid), after=_tell(last))


def _lock(comment: Comment) -> Comment:
    row = Comment.objects.select_for_update().filter(pk=comment.pk).first()
    if row is None:
        raise CommentMissing
    return row


def _tell(correction: Correction) -> dict[str, object]:
    return {name: correction.before[name] for name in ("sentiment", "topics")}
