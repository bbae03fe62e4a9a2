"""Templates with their versions, the blocks that they share, and how all messages of the business look."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.act.messages.rendering.rules import Content, Digits, TemplatePurpose, TemplateState
from wafaa.kit.ids import new_id

PURPOSE_LABELS: dict[str, Promise] = {
    TemplatePurpose.MARKETING: pgettext_lazy("template", "Offers and news"),
    TemplatePurpose.SERVICE: pgettext_lazy("template", "Orders and service"),
    TemplatePurpose.SURVEYS: pgettext_lazy("template", "Surveys"),
}
STATE_LABELS: dict[str, Promise] = {
    TemplateState.DRAFT: pgettext_lazy("template", "draft"),
    TemplateState.READY: pgettext_lazy("template", "ready"),
    TemplateState.ARCHIVED: pgettext_lazy("template", "archived"),
}


def list_default_languages() -> list[str]:
    return ["ar", "en"]


class Template(models.Model):
    """One message as it may be said: in several languages, by several channels, in versions."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=[(one.value, PURPOSE_LABELS[one]) for one in TemplatePurpose]
    )
    # What it is about, as customers choose it in the preference centre; "" is nothing in particular.
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(one.value, STATE_LABELS[one]) for one in TemplateState],
        default=TemplateState.DRAFT.value,
    )
    # In this order a language stands in for one that a person reads and the template lacks.
    languages = models.JSONField(default=list_default_languages)
    ready_key = models.CharField(
        max_length=40, blank=True, editable=False
    )  # of the ready text that it began as
    latest = models.ForeignKey(
        "TemplateVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["state", "-changed_at"], name="template_by_state")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """What a template said from a moment on. Its content is never changed; only a changed block compiles it anew."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # language -> channel -> field -> as it was written
    compiled = models.JSONField()  # language -> channel -> field -> Liquid, ready for a person's values
    names = models.JSONField(default=list)  # the names that it asks for, as rendering/names.py has them
    blocks = models.JSONField(default=list)  # the names of the blocks that stand in it
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="template_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}.{self.number}"

    def to_content(self, languages: list[str]) -> Content:
        """What render() takes; `languages` are the template's."""
        return Content(key=str(self.uuid), compiled=self.compiled, languages=tuple(languages))


class Block(models.Model):
    """A piece that stands in several templates under one name, as written per language."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(
        _("name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters a to z, digits and _."))],
    )
    content = models.JSONField()  # language -> MJML, or plain words
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """How all messages look and who says them. One row at most."""

    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0f6b5c",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #0f6b5c."))],
    )
    logo_url = models.URLField(_("address of the logo"), blank=True, max_length=500)
    website = models.URLField(_("website"), blank=True, max_length=500)
    # who writes, as the law of many countries wants it at the foot of an offer
    address_ar = models.CharField(_("postal address in Arabic"), max_length=300, blank=True)
    address_en = models.CharField(_("postal address in English"), max_length=300, blank=True)
    support = models.CharField(_("how customers reach you"), max_length=200, blank=True)
    digits = models.CharField(
        _("digits in Arabic"),
        max_length=10,
        default=Digits.LATIN.value,
        choices=[(Digits.LATIN.value, "123"), (Digits.ARABIC.value, "١٢٣")],
    )
    sms_part_price_minor = models.PositiveIntegerField(_("price of one SMS part"), null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="look_of_messages_is_one")]

    def describe(self, language: str) -> dict[str, Any]:
        """What templates call `business`, without its name."""
        address = self.address_ar if language.startswith("ar") else self.address_en
        return {
            "address": address or self.address_ar or self.address_en,
            "website": self.website,
            "logo": self.logo_url,
            "support": self.support,
        }
