"""One organisation per installation: a single row."""

from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Business(models.Model):
    """How this business counts. The row is made by the first migration; there is never a second."""

    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, default="ar", choices=[("ar", _("Arabic")), ("en", _("English"))]
    )
    currency = models.CharField(_("currency"), max_length=3, default="SAR")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Riyadh")
    # ISO numbers, Monday is 1; Sunday opens the week in Saudi Arabia
    week_start = models.PositiveSmallIntegerField(
        _("week starts on"), default=7, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    tax_percent = models.DecimalField(
        _("tax rate in per cent"),
        max_digits=5,
        decimal_places=2,
        default=15,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    lapse_window_days = models.PositiveIntegerField(
        _("lapse window in days"), default=180, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    leaders_need_second_factor = models.BooleanField(default=False)
    shows_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="business_is_one")]

    def __str__(self) -> str:
        return self.name or "Wafaa"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
