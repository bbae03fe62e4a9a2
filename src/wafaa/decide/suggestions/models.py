"""Suggestions, who asked for each, and which were found to be the same."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.decide.suggestions.rules import (
    FIELD_LETTERS_MAX,
    KEY_LETTERS_MAX,
    TITLE_LETTERS_MAX,
    Origin,
    State,
)
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

STATES: dict[str, Promise] = {
    State.NEW: pgettext_lazy("suggestion", "to be decided"),
    State.PLANNED: pgettext_lazy("suggestion", "planned"),
    State.DECLINED: pgettext_lazy("suggestion", "declined"),
    State.DONE: pgettext_lazy("suggestion", "done"),
}


class Suggestion(models.Model):
    """Something that customers ask us to change. What was merged into another stays, so that it can be undone."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    title = models.CharField(_("what is suggested"), max_length=TITLE_LETTERS_MAX)
    key = models.CharField(max_length=TITLE_LETTERS_MAX)  # rules.make_key of what was first said
    words = ArrayField(models.CharField(max_length=TITLE_LETTERS_MAX), default=list)  # rules.list_words
    state = models.CharField(
        max_length=10, default=State.NEW, choices=[(one.value, STATES[one]) for one in State]
    )
    # what the public, and whoever asked, read: what was changed, or why it is not
    answer_ar = models.TextField(_("answer in Arabic"), blank=True)
    answer_en = models.TextField(_("answer in English"), blank=True)
    is_public = models.BooleanField(_("on the public page"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)  # the day from which customers have it, in the business's zone
    told_at = models.DateTimeField(null=True)  # when whoever asked was told, the first time
    survey = models.UUIDField(null=True)  # by whose scores one sees whether it helped
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="merged")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-created_at"], name="suggestion_by_state"),
            models.Index(fields=["key"], name="suggestion_key"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reason(self) -> str:
        """For which messages about it go out."""
        return f"suggestion:{self.uuid}"


class Voice(models.Model):
    """One person who asked for it, once for each answer. Without a customer it was anonymous."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="voices")
    source_key = models.CharField(max_length=KEY_LETTERS_MAX, unique=True)
    origin = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Origin])
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    distinct_id = models.CharField(max_length=200, blank=True, db_index=True)
    at = models.DateTimeField()
    text = models.TextField()
    survey = models.UUIDField(null=True)
    survey_name = models.CharField(max_length=FIELD_LETTERS_MAX, blank=True)
    question = models.CharField(max_length=FIELD_LETTERS_MAX, blank=True)
    touchpoint = models.CharField(max_length=FIELD_LETTERS_MAX, blank=True)

    def __str__(self) -> str:
        return self.source_key


class SuggestionMerge(models.Model):
    """That staff found two to be the same, and which voices moved."""

    kept = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="+")
    voices = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at=None), name="suggestion_merged_once"
            )
        ]
