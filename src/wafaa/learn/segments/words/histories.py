"""Conditions on what happened, as clauses: orders, visits to stores, events."""

from dataclasses import replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.learn.segments.offers import Offers
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.words.parts import (
    any_of,
    join_and,
    line,
    put,
    say_range,
    say_times,
    say_window,
    told,
)

NEVER = t.Range(None, 0)


def is_never(asked: t.Range) -> bool:
    return asked.high == 0


def turn_count(tree: t.Tree) -> t.Tree | None:
    """The opposite of how often something happened, where that has one end only: not at least 3 times is at most 2 times."""
    if not isinstance(tree, t.Orders | t.Events | t.AtStore):
        return None
    is_count = isinstance(tree, t.AtStore) or tree.measure == t.Measure.COUNT
    match tree.range:
        case t.Range(low, None) if is_count and low:
            return replace(tree, range=t.Range(None, low - 1))
        case t.Range(None, high) if is_count and high is not None:
            return replace(tree, range=t.Range(high + 1, None))
    return None


def say_orders(asked: t.Orders, offers: Offers) -> SafeString:
    window, narrowed = say_window(asked.window), say_where(asked.where, offers)
    currency = asked.where.currency or offers.currency
    match asked.measure:
        case t.Measure.COUNT if is_never(asked.range):
            return line(_("who did not order"), window, narrowed)
        case t.Measure.COUNT:
            return line(_("who ordered"), say_times(asked.range), window, narrowed)
        case t.Measure.SUM:
            return line(_("who spent"), say_range(asked.range, currency), window, narrowed)
        case t.Measure.AVERAGE:
            average = put(_("whose average order is %(amount)s"), amount=say_range(asked.range, currency))
            return line(average, window, narrowed)
        case t.Measure.FIRST:
            return line(_("whose first order was"), window or _("at any time"), narrowed)
        case t.Measure.LAST:
            return line(_("whose last order was"), window or _("at any time"), narrowed)


def say_where(where: t.Where, offers: Offers) -> SafeString:
    """Which orders only."""
    said = []
    if where.stores:
        names = any_of(offers.name("stores", code) for code in where.stores)
        said.append(put(_("at the store %(names)s"), names=names))
    if where.channels:
        names = any_of(offers.name("channels", one) for one in where.channels)
        said.append(put(_("by the channel %(names)s"), names=names))
    if where.products:
        offers.fetch_products(where.products)
        names = any_of(offers.name("products", sku) for sku in where.products)
        said.append(put(_("of the product %(names)s"), names=names))
    if where.categories:
        said.append(put(_("of the category %(names)s"), names=any_of(where.categories)))
    if where.currency:
        said.append(put(_("in the currency %(name)s"), name=told(where.currency)))
    return put(_("(only %(what)s)"), what=join_and(said)) if said else SafeString("")


def say_store(asked: t.AtStore, offers: Offers) -> SafeString:
    names = any_of(offers.name("stores", code) for code in asked.stores)
    never = is_never(asked.range)
    if asked.did == t.Did.ORDERED:
        words = _("who did not order at %(names)s") if never else _("who ordered at %(names)s")
    else:
        words = _("who did not enter %(names)s") if never else _("who entered %(names)s")
    count = "" if never else say_times(asked.range)
    return line(put(words, names=names), count, say_window(asked.window))


def say_events(asked: t.Events) -> SafeString:
    name, window = told(asked.name), say_window(asked.window)
    properties = _say_properties(asked.where)
    match asked.measure:
        case t.Measure.FIRST:
            words = put(_("for whom “%(name)s” first happened"), name=name)
            return line(words, window or _("at any time"), properties)
        case t.Measure.LAST:
            words = put(_("for whom “%(name)s” last happened"), name=name)
            return line(words, window or _("at any time"), properties)
    if is_never(asked.range):
        return line(put(_("for whom “%(name)s” did not happen"), name=name), window, properties)
    words = put(_("for whom “%(name)s” happened"), name=name)
    return line(words, say_times(asked.range), window, properties)


def _say_properties(where: tuple[t.Property, ...]) -> SafeString:
    said = [say_property(one) for one in where]
    return put(_("(only with %(what)s)"), what=join_and(said)) if said else SafeString("")


def say_property(one: t.Property) -> SafeString:
    name = told(one.name)
    match one.test:
        case t.OneOf(values):
            return put(_("%(name)s: %(values)s"), name=name, values=any_of(map(str, values)))
        case t.Contains(text):
            return put(_("“%(text)s” in %(name)s"), name=name, text=told(text))
        case t.Begins(text):
            return put(_("“%(text)s” at the beginning of %(name)s"), name=name, text=told(text))
        case t.Known(is_known):
            words = _("%(name)s: anything") if is_known else _("%(name)s: nothing")
            return put(words, name=name)
        case t.IsYes(is_yes):
            return put(_("%(name)s: yes") if is_yes else _("%(name)s: no"), name=name)
        case t.Range():
            return put(_("%(name)s: %(values)s"), name=name, values=say_range(one.test))
    raise AssertionError(one.test)
