"""Comments with what was read in them, what staff corrected, and what a shop's own comments taught."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.learn.feedback.rules import FIELD_LETTERS, KEY_LETTERS

FEELINGS: dict[str, Promise] = {
    "negative": pgettext_lazy("sentiment", "negative"),
    "neutral": pgettext_lazy("sentiment", "neutral"),
    "positive": pgettext_lazy("sentiment", "positive"),
    "unsure": pgettext_lazy("sentiment", "unsure"),
}
TOPIC_NAMES: dict[str, Promise] = {
    "price": pgettext_lazy("topic", "Price"),
    "quality": pgettext_lazy("topic", "Quality"),
    "staff": pgettext_lazy("topic", "Staff"),
    "delivery": pgettext_lazy("topic", "Delivery"),
    "waiting": pgettext_lazy("topic", "Waiting"),
    "cleanliness": pgettext_lazy("topic", "Cleanliness"),
    "website": pgettext_lazy("topic", "Website and app"),
    "returns": pgettext_lazy("topic", "Returns"),
    "product": pgettext_lazy("topic", "Product"),
}
LANGUAGES: dict[str, Promise] = {
    "ar": pgettext_lazy("language", "Arabic"),
    "en": pgettext_lazy("language", "English"),
    "other": pgettext_lazy("language", "another language"),
}


def _text(**options: object) -> "models.CharField[str, str]":
    return models.CharField(max_length=FIELD_LETTERS, blank=True, default="", **options)  # type: ignore[arg-type]


class Comment(models.Model):
    """What somebody wrote in an answer or a review. Of an anonymous answer neither customer nor id is kept."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    source_key = models.CharField(max_length=KEY_LETTERS, unique=True)
    kind = models.CharField(max_length=10)  # answer, review
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    distinct_id = models.CharField(max_length=200, blank=True, default="", db_index=True)
    survey = models.UUIDField(null=True)
    survey_name = _text()
    response = models.UUIDField(null=True)
    question = models.CharField(max_length=300, blank=True, default="")  # its words
    product_ref = _text()
    order_ref = _text()
    store = _text()
    agent = _text()
    touchpoint = _text()
    at = models.DateTimeField()
    language = models.CharField(max_length=5)
    text = models.TextField()
    words = models.TextField()  # rules.make_words
    # kept, because where few comments fit a search the database may rather look at each of the latest
    vector = models.GeneratedField(
        expression=SearchVector("words", config="simple"), output_field=SearchVectorField(), db_persist=True
    )
    score_share = models.FloatField(null=True)  # 0 to 1 of its scale
    sentiment = models.CharField(max_length=10, choices=list(FEELINGS.items()))
    confidence = models.FloatField()
    topics = ArrayField(models.CharField(max_length=20), default=list)
    spans = models.JSONField(default=list)  # [start, end, sentiment]
    is_mismatch = models.BooleanField(default=False)
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="comment_latest"),
            models.Index(fields=["-at"], condition=models.Q(is_mismatch=True), name="comment_mismatch"),
            GinIndex(fields=["vector"], name="comment_vector"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Correction(models.Model):
    """What a person said a comment means, with what stood there before, so that it can be taken back."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="corrections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField()  # sentiment, confidence, topics, spans, is_mismatch
    sentiment = models.CharField(max_length=10)
    topics = ArrayField(models.CharField(max_length=20), default=list)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.comment_id} {self.sentiment}"


class Lesson(models.Model):
    """What the shop's own comments taught, once a night: it is used only where it read kept-out comments better."""

    made_at = models.DateTimeField()
    comments = models.PositiveIntegerField()
    corrected = models.PositiveIntegerField()  # of them by staff
    f1_before = models.FloatField()
    f1_after = models.FloatField()
    is_used = models.BooleanField()  # for feelings
    weights = models.JSONField(
        default=dict
    )  # learning.Learnt.own; under "topics" that of learning_topics; {}: none is used

    def __str__(self) -> str:
        return f"{self.made_at} {self.f1_before:.3f} {self.f1_after:.3f}"
