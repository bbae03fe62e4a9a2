"""How the portal is set, who is at its door, who is inside, cards, and what members asked of the shop."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.show.portal.rules import WAYS, Wanted


class Portal(models.Model):
    """One row at most. Colour and logo are those of the messages."""

    is_on = models.BooleanField(_("Members may sign in"), default=False)
    may_join = models.BooleanField(_("Whoever is new may join here"), default=False)
    welcome_ar = models.CharField(_("Welcome in Arabic"), max_length=200, blank=True)
    welcome_en = models.CharField(_("Welcome in English"), max_length=200, blank=True)
    frame_sites = models.JSONField(
        default=list, blank=True
    )  # origins whose pages may show this one in a frame
    whatsapp_template = models.CharField(
        _("WhatsApp template for codes"), max_length=100, blank=True
    )  # free text is allowed only to who wrote within a day

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="portal_is_one")]

    def __str__(self) -> str:
        return "portal"


class Entry(models.Model):
    """Somebody at the door: an address to which a code goes, and the browser that asked. Used once, by code or by link.

    Neither code nor link is kept, only digests; whose address it is nobody looked up yet.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    way = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    browser = models.CharField(max_length=64)  # digest of its cookie
    code = models.CharField(max_length=64, blank=True)  # digest; the worker makes it
    link = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - digest; none until it is made
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)  # the code or the link was used: nobody uses it again
    entered_at = models.DateTimeField(null=True)  # and the person went in

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(way__in=WAYS), name="portal_way_known")]
        indexes = [
            models.Index(fields=["browser", "-id"], name="portal_entry_of_browser"),
            models.Index(fields=["ends_at"], name="portal_entry_ends"),
            models.Index(fields=["address"], name="portal_entry_of_address"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class MemberSession(models.Model):
    """A browser in which a customer signed in. Apart from the sessions of staff in everything."""

    key = models.CharField(max_length=64, primary_key=True)  # digest of the cookie
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=10)
    address = models.CharField(max_length=254)  # by which they proved who they are
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # to the hour
    device = models.CharField(max_length=60, blank=True)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="portal_session_seen")]

    def __str__(self) -> str:
        return self.key[:8]


class MemberCard(models.Model):
    """A number that a till reads. It is random and says nothing of its holder; a lost one ends and another is made."""

    number = models.CharField(max_length=12, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_at__isnull=True), name="portal_one_card"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Wish(models.Model):
    """What a member asked of the shop about their own data; staff got a task of it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10)  # rules.Wanted
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "what"], condition=models.Q(done_at__isnull=True), name="portal_wish_once"
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=[one.value for one in Wanted]), name="portal_wish_known"
            ),
        ]

    def __str__(self) -> str:
        return self.what
