"""Learning from staff's corrections and from the shop's own rated comments."""

from django.db import transaction

from wafaa.kit import clock
from wafaa.learn.feedback.models import Comment, Lesson
from wafaa.learn.feedback.rules import HIGH_SHARE, LOW_SHARE

# What a person said counts as much as so many scores.
CORRECTED_COUNTS = 3.0
LESSONS_KEPT = 30


def learn_from_comments() -> Lesson | None:
    """A lesson, used only if kept-out comments are read better with it. None where there is too little to learn from: what was
    learnt before is then forgotten, too, because its comments were erased or their corrections taken back.
    """
    from wafaa.learn.feedback.learning import MOST, Example, learn
    from wafaa.learn.feedback.learning_topics import Example as Topical
    from wafaa.learn.feedback.learning_topics import learn_topics

    fields = ("text", "sentiment", "topics", "score_share")
    corrected = Comment.objects.exclude(corrected_at=None).order_by("-at").values_list(*fields)[: MOST // 2]
    rated = Comment.objects.filter(corrected_at=None).exclude(score_share=None).order_by("-at")
    examples = [Example(text, sentiment, CORRECTED_COUNTS) for text, sentiment, _topics, _share in corrected]
    about = learn_topics([Topical(text, topics) for text, _sentiment, topics, _share in corrected])
    taught = len(examples)
    for text, _sentiment, _topics, share in rated.values_list(*fields)[: MOST - taught]:
        if share <= LOW_SHARE or share >= HIGH_SHARE or 0.4 <= share <= 0.6:
            felt = "negative" if share <= LOW_SHARE else "positive" if share >= HIGH_SHARE else "neutral"
            examples.append(Example(text, felt))
    learnt = learn(examples)
    if learnt is None:
        Lesson.objects.exclude(weights={}).update(is_used=False, weights={})
        return None
    weights = learnt.own if learnt.is_better else {}
    if about is not None and about.is_better:
        weights = {**weights, "topics": about.own}
    with transaction.atomic():
        made = Lesson.objects.create(
            made_at=clock.now(),
            comments=len(examples),
            corrected=taught,
            f1_before=learnt.before,
            f1_after=learnt.after,
            is_used=learnt.is_better,
            weights=weights,
        )
        old = Lesson.objects.order_by("-id").values_list("pk", flat=True)[LESSONS_KEPT:]
        Lesson.objects.filter(pk__in=list(old)).delete()
    return made
