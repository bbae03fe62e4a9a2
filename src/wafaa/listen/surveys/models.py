"""Surveys and their versions, the ways on which they reach people, who was invited, and what was answered."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.kit.fields import TransactionIdField
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.listen.surveys.rules import LETTERS_MAX, CollectorKind, ResponseState, SurveyState


class Survey(models.Model):
    """Questions that are asked under one name; what they are stands in its versions."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    state = models.CharField(max_length=10, default=SurveyState.DRAFT.value)
    template_key = models.CharField(max_length=60, blank=True)  # which template it was made of
    touchpoint = models.CharField(_("touchpoint"), max_length=100, blank=True)
    response_quota = models.PositiveIntegerField(_("most answers"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    current_version = models.ForeignKey(
        "SurveyVersion", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # what people are asked now
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="survey_created")]

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """The content of a survey. Once published it never changes, so that each answer keeps the words it answered."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()  # rules.content.read_content
    content_sha = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=0)  # counts the changes of a draft
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # null: the draft, of which a survey has one at most

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once"),
            models.UniqueConstraint(
                fields=["survey"], name="survey_has_one_draft", condition=models.Q(published_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"


class Collector(models.Model):
    """A way on which a survey reaches people: a link, a mail, a code on a table."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="collectors")
    kind = models.CharField(max_length=10)  # rules.CollectorKind
    name = models.CharField(_("name"), max_length=100, blank=True)
    token = models.CharField(max_length=32, unique=True)
    store = models.CharField(_("store"), max_length=100, blank=True)  # its code
    agent = models.CharField(_("agent"), max_length=100, blank=True)
    table_name = models.CharField(_("table"), max_length=100, blank=True)
    touchpoint = models.CharField(_("touchpoint"), max_length=100, blank=True)
    single_use = models.BooleanField(_("may be answered once"), default=False)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    quota = models.PositiveIntegerField(_("most answers"), null=True, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    is_stopped = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in CollectorKind]),
                name="collector_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.token


class Invitation(models.Model):
    """One person asked once; whoever has its link answers as that person."""

    token = models.CharField(max_length=32, unique=True)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    collector = models.ForeignKey(Collector, on_delete=models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=100, blank=True)  # which occasion, as the one who asks names it
    reason_key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - the same asked twice is one
    order_ref = models.CharField(max_length=200, blank=True)
    product_ref = models.CharField(max_length=200, blank=True)
    store = models.CharField(max_length=100, blank=True)
    agent = models.CharField(max_length=100, blank=True)
    touchpoint = models.CharField(max_length=100, blank=True)
    hidden = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["survey", "created_at"], name="invitation_of_survey")]

    def __str__(self) -> str:
        return self.token


class Response(models.Model):
    """What one person answered, from the first page on.

    An anonymous one knows no customer, no invitation, no order and no hidden fields, and of its times only the hour.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses", db_index=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    collector = models.ForeignKey(
        Collector, null=True, on_delete=models.SET_NULL, related_name="responses", db_index=False
    )
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.SET_NULL, related_name="responses", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    distinct_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10)  # rules.ResponseState
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=20, blank=True)
    touchpoint = models.CharField(max_length=100, blank=True)
    agent = models.CharField(max_length=100, blank=True)
    store = models.CharField(max_length=100, blank=True)
    product = models.CharField(max_length=200, blank=True)
    order_ref = models.CharField(max_length=200, blank=True)
    hidden = models.JSONField(default=dict)
    page_key = models.CharField(max_length=60, blank=True)  # the last page that was saved
    page_number = models.PositiveSmallIntegerField(default=0)  # its place among the pages, from 1
    page_seconds = models.JSONField(default=dict)  # by page: how long it stood before somebody
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    is_test = models.BooleanField(default=False)
    is_speeder = models.BooleanField(default=False)
    is_straight = models.BooleanField(default=False)
    is_anonymous = models.BooleanField(default=False)
    outcome = models.CharField(max_length=60, blank=True)
    points = models.IntegerField(null=True)
    edit_until = models.DateTimeField(null=True)
    edits = models.PositiveSmallIntegerField(default=0)
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ResponseState]),
                name="response_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False)
                | models.Q(
                    customer__isnull=True, invitation__isnull=True, distinct_id="", order_ref="", hidden={}
                ),
                name="response_anonymous_knows_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "-last_at"], name="response_of_survey"),
            models.Index(fields=["collector", "state"], name="response_of_collector"),
            models.Index(
                fields=["invitation"],
                name="response_of_invitation",
                condition=models.Q(invitation__isnull=False),
            ),
            models.Index(
                fields=["customer"], name="response_of_customer", condition=models.Q(customer__isnull=False)
            ),
            models.Index(fields=["changed_in"], name="response_changed_in"),
            models.Index(fields=["product"], name="response_of_product", condition=~models.Q(product="")),
            models.Index(
                fields=["last_at"],
                name="response_unfinished",
                condition=models.Q(state=ResponseState.STARTED.value),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Answer(models.Model):
    """What was answered to one question; of a matrix, to one row (`question.row`).

    An answer that was taken back stays as a row without a value, so that the facts hear of it.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question_key = models.CharField(max_length=121)
    page_key = models.CharField(max_length=60)
    type = models.CharField(max_length=20)  # rules.content.QuestionType
    measure = models.CharField(max_length=30, blank=True)
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    choices = ArrayField(
        models.CharField(max_length=60), default=list
    )  # keys of options; of a ranking, in its order
    text = models.TextField(blank=True)
    points = models.IntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField(null=True)  # where its page asked nothing else
    at = models.DateTimeField()
    changed_in = TransactionIdField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "question_key"], name="answer_once")]
        indexes = [models.Index(fields=["changed_in"], name="answer_changed_in")]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.number or self.choices or self.text}"


class Upload(models.Model):
    """A file that came as an answer."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="uploads")
    question_key = models.CharField(max_length=60)
    name = models.CharField(max_length=LETTERS_MAX["file_name"])  # as people named it, made harmless
    kind = models.CharField(max_length=10)  # of its content: a key of rules.files.KINDS
    bytes = models.PositiveBigIntegerField()
    stored_as = models.CharField(max_length=64, unique=True)  # below settings.FILES_ROOT/answers
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class AnswerImport(models.Model):
    """A file of another tool's answers on its way in; the worker takes it row by row, and goes on where it was cut off."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("import", "about to begin")
        RUNNING = "running", pgettext_lazy("import", "coming in")
        DONE = "done", pgettext_lazy("import", "done")
        FAILED = "failed", pgettext_lazy("import", "stopped")
        CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answer_imports")
    version = models.ForeignKey(SurveyVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    sha = models.CharField(max_length=64)  # of the file, by which its rows are kept
    targets = models.JSONField()  # what each column answers: exchange.matching
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    rows = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)  # rows that were looked at
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # that were here before
    named = models.PositiveIntegerField(default=0)  # of the new ones, that have a customer
    refused = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=20, blank=True)  # a reason of TableRefused
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.state}"

    @property
    def is_moving(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}


class RefusedRow(models.Model):
    """A row of such a file that could not be taken. What stood in it is not kept: the file is the user's."""

    answer_import = models.ForeignKey(AnswerImport, on_delete=models.CASCADE, related_name="refused_rows")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
