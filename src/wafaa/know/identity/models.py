"""What was told of who is who, what staff decided about it, and what only they can decide."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Merge

if TYPE_CHECKING:
    Members = models.Manager["DecisionMember"]


class Claim(models.Model):
    """An event spoke of this e-mail, phone or device together with this distinct id. Nothing ever takes it back.

    A guest's or visitor's id that stands beside itself was told of on its own: such ids have a row in the list of customers.
    """

    pk = models.CompositePrimaryKey("distinct_id", "kind", "identifier")
    distinct_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)  # one of rules.Kind
    identifier = models.CharField(max_length=300)  # email:<folded>, phone:<E.164>, anonymous:<id>
    by_visitor = models.BooleanField()  # whether the distinct id is a visitor's
    # the event that said so first: where it stands in the stream, when it happened, who told it
    position = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    source = models.CharField(max_length=50)

    class Meta:
        indexes = [
            models.Index(fields=["identifier", "by_visitor", "distinct_id"], name="claim_identifier"),
        ]


class Decision(models.Model):
    """What staff said of some ids: that they are one customer, or that these are another customer than those."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_same = models.BooleanField()
    # the merge that it was made by; not checked by the database, since customers go with their source at once
    merge = models.ForeignKey(
        Merge, null=True, on_delete=models.SET_NULL, related_name="decisions", db_constraint=False
    )
    withdrawn_at = models.DateTimeField(null=True)

    members: "Members"

    class Meta:
        indexes = [models.Index(fields=["-at"], name="identity_decision_at")]


class DecisionMember(models.Model):
    """A distinct id that a decision speaks of, on its left or right side."""

    pk = models.CompositePrimaryKey("distinct_id", "decision_id")
    distinct_id = models.CharField(max_length=200)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="members")
    is_left = models.BooleanField()


class Doubt(models.Model):
    """Two that may be one, which the rules don't join; or, with a first id only, a web too large to be looked at."""

    pk = models.CompositePrimaryKey("first", "second", "identifier")
    first = models.CharField(max_length=200)
    second = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=20)  # one of rules.Reason
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["second"], name="doubt_second"),
            models.Index(fields=["-at"], name="doubt_at"),
        ]


class SharedIdentifier(models.Model):
    """An e-mail or phone that more accounts claim than one person has: it joins nobody."""

    identifier = models.CharField(max_length=300, primary_key=True)
    at = models.DateTimeField()


class Unsettled(models.Model):
    """An id whose customer must be looked at again: so many changed at once that they are joined bit by bit."""

    distinct_id = models.CharField(max_length=200, primary_key=True)
