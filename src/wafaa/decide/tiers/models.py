"""Where members stand, what it came from, and how it changed.

Rows of a million members are written at once, so the database does not look up each of their references.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.decide.loyalty.models import Member, Programme, Version
from wafaa.decide.loyalty.rules.tiers import Why

WHYS: dict[str, Promise] = {
    Why.REACHED: pgettext_lazy("tier", "reached"),
    Why.ENDED: pgettext_lazy("tier", "not kept"),
    Why.REVERSED: pgettext_lazy("tier", "taken back after a refund"),
    Why.PLACED: pgettext_lazy("tier", "by new rules for tiers"),
}


class Standing(models.Model):
    """A member in a set: the tier held, "" below the lowest. `amount` is what counted at the last look."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="standings", db_index=False, db_constraint=False
    )
    set_code = models.CharField(max_length=25)
    tier = models.CharField(max_length=25, blank=True)
    since = models.DateTimeField()
    keeps_until = models.DateTimeField(null=True)  # it would end then; None: nothing that is known ends it
    grace_until = models.DateTimeField(null=True)  # it ended, and is held so long nevertheless
    warned_at = models.DateTimeField(null=True)  # of this end
    amount = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)  # when it has to be looked at though nothing happens

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "set_code"], name="tiers_standing_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="tiers_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["programme", "set_code", "tier"], name="tiers_standing_in"),
            models.Index(
                fields=["programme", "set_code", "keeps_until"],
                name="tiers_standing_ends",
                condition=models.Q(keeps_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.set_code}:{self.tier}"


class Reached(models.Model):
    """That a member reached a tier, with the days that counted then: so that a refund years later finds whether it still did.

    None is no bound. `until` is how long it stays at least.
    """

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    set_code = models.CharField(max_length=25)
    tier = models.CharField(max_length=25)
    basis = models.CharField(max_length=60)  # what it was an amount of
    needs = models.BigIntegerField()
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "set_code", "tier"], name="tiers_reached_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.set_code}:{self.tier}"


class Change(models.Model):
    """From one tier to another, "" being none. Only added to."""

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    set_code = models.CharField(max_length=25)
    before = models.CharField(max_length=25, blank=True)
    after = models.CharField(max_length=25, blank=True)
    why = models.CharField(max_length=10, choices=[(str(one), words) for one, words in WHYS.items()])
    at = models.DateTimeField()
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="tiers_change_of")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.set_code}: {self.before}>{self.after}"


class Placing(models.Model):
    """How far members of a programme were placed by its newest version."""

    programme = models.OneToOneField(Programme, primary_key=True, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_member = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.programme_id} {self.version_id}"
