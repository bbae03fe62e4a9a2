"""A definition as one sentence: “Customers who ordered at least 3 times and whose city is Jeddah”."""

from html import unescape

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wafaa.know.consents.models import say_channel, say_purpose
from wafaa.learn.segments.offers import CLASS_LABELS, Offers, name_group
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.words.histories import say_events, say_orders, say_store, turn_count
from wafaa.learn.segments.words.parts import any_of, join_and, join_or, put, told
from wafaa.learn.segments.words.profiles import say_not_profile, say_profile, veil


def plain(sentence: SafeString) -> str:
    """Without markup."""
    return unescape(strip_tags(sentence))


class Sentences:
    """Says definitions with the names of what they ask for, each looked up once; personal values only to who may see them."""

    def __init__(self, offers: Offers | None = None, *, sees_personal: bool) -> None:
        self.offers, self.sees_personal = offers or Offers(), sees_personal

    def say(self, tree: t.Tree) -> SafeString:
        """The whole definition."""
        if isinstance(tree, t.All) and not tree.parts:
            return put(_("All customers"))
        if isinstance(tree, t.Some) and not tree.parts:
            return put(_("Nobody"))
        return put(_("Customers %(who)s"), who=self.say_part(tree, is_top=True))

    def say_part(self, tree: t.Tree, *, is_top: bool = False) -> SafeString:
        """Who they are: “who ordered …”, “whose city is …”."""
        match tree:
            case t.All(parts) | t.Some(parts) if not parts:
                return put(_("who are anybody") if isinstance(tree, t.All) else _("who are nobody"))
            case t.All(parts) | t.Some(parts):
                said = [self.say_part(part) for part in parts]
                joined = (join_and if isinstance(tree, t.All) else join_or)(said)
                return joined if is_top or len(parts) == 1 else put("(%(joined)s)", joined=joined)
            case t.Not(part):
                return self._say_not(part)
            case t.Profile():
                return say_profile(tree if self.sees_personal else veil(tree), self.offers)
            case t.Orders():
                return say_orders(tree, self.offers)
            case t.Events():
                return say_events(tree)
            case t.AtStore():
                return say_store(tree, self.offers)
        return self._say_membership(tree)

    def _say_not(self, part: t.Tree) -> SafeString:
        if isinstance(part, t.Profile):
            seen = part if self.sees_personal else veil(part)
            if said := say_not_profile(seen, self.offers):
                return said
        if opposite := turn_count(part):
            return self.say_part(opposite)
        if isinstance(part, t.InSegment):
            return self.say_part(t.InSegment(part.uuid, is_in=not part.is_in))
        return put(_("who are none of those %(who)s"), who=self.say_part(part))

    def _say_membership(self, tree: t.Tree) -> SafeString:
        match tree:
            case t.Consent():
                return say_consent(tree)
            case t.Rfm(groups):
                return put(_("who are in the group %(names)s"), names=any_of(map(name_group, groups)))
            case t.Pareto(classes):
                names = any_of(str(CLASS_LABELS[one]) for one in classes)
                return put(_("who are of the class %(names)s"), names=names)
            case t.InSegment(uuid, is_in):
                name = told(self.offers.name("segments", str(uuid)))
                said = (
                    _("who are in the segment %(name)s")
                    if is_in
                    else _("who are not in the segment %(name)s")
                )
                return put(said, name=name)
            case t.Listed(uuid):
                return put(
                    _("who are on the list %(name)s"), name=told(self.offers.name("segments", str(uuid)))
                )
        raise AssertionError(tree)


def say_consent(asked: t.Consent) -> SafeString:
    match asked.stands:
        case t.ConsentIs.GIVEN:
            words = pgettext("segment", "who allowed %(channel)s for %(purpose)s")
        case t.ConsentIs.REFUSED:
            words = pgettext("segment", "who refused %(channel)s for %(purpose)s")
        case t.ConsentIs.UNASKED:
            words = pgettext("segment", "who never said anything about %(channel)s for %(purpose)s")
        case t.ConsentIs.ALLOWED:
            words = pgettext("segment", "whom we may reach by %(channel)s for %(purpose)s")
    channel, purpose = told(say_channel(asked.channel)), told(say_purpose(asked.purpose))
    return put(words, channel=channel, purpose=purpose)
