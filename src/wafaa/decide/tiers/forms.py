"""Tiers as staff write them: a set with its days, and each tier with its amounts and what it brings."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from wafaa.access.business.queries import get_business
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.rules.durations import read_days, read_months, write_days, write_months
from wafaa.decide.loyalty.rules.tiers import (
    WARNS_DAYS_MAX,
    Basis,
    Benefit,
    Fall,
    Perk,
    Span,
    Stays,
    Tier,
    TierSet,
    Words,
    find_wrong_tiers,
)
from wafaa.decide.loyalty.words import FAULTS
from wafaa.decide.tiers.words import BASES, FALLS, PERKS, SPANS, STAYS
from wafaa.design.fields import MoneyField, NumberField
from wafaa.kit.money import decimals_of

LANGUAGES: Final = ("ar", "en")
OFFERED: Final = [(one.value, words) for one, words in PERKS.items() if one is not Perk.OWN]
NEW: Final = "new"  # the tier that is not there yet


def _ask_words(label: Any, language: str, *, most: int = 150) -> forms.CharField:
    direction = "rtl" if language == "ar" else "ltr"
    widget = forms.TextInput(attrs={"dir": direction})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class TierForm(forms.Form):
    """One tier; a new one counts where it has a name."""

    use_required_attribute = False

    name_ar = _ask_words(_("Name in Arabic"), "ar", most=60)
    name_en = _ask_words(_("Name in English"), "en", most=60)
    needs = MoneyField(label=_("Needed to reach it"), min_value=0, max_digits=15, required=False)
    keeps = MoneyField(label=_("Needed to keep it, if less"), min_value=0, max_digits=15, required=False)
    colour = forms.CharField(
        label=_("Colour"), required=False, widget=forms.TextInput(attrs={"type": "color"})
    )
    perks = forms.MultipleChoiceField(
        label=_("It brings"), choices=OFFERED, required=False, widget=forms.CheckboxSelectMultiple
    )
    words_ar = _ask_words(_("And in your own words, in Arabic"), "ar")
    words_en = _ask_words(_("And in your own words, in English"), "en")
    is_gone = forms.BooleanField(label=_("Take this tier out"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, set_code: str, tier: Tier | None, decimals: int
    ) -> None:
        self.tier = tier
        super().__init__(
            data, prefix=f"{set_code}-{tier.code if tier else NEW}", initial=_begin(tier, decimals)
        )
        if tier is None:
            del self.fields["is_gone"]

    @property
    def is_there(self) -> bool:
        told = self.cleaned_data
        return bool(told["name_ar"] or told["name_en"]) if self.tier is None else not told["is_gone"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if self.tier and not (told.get("name_ar") or told.get("name_en") or told.get("is_gone")):
            self.add_error("name_ar", _("Give it a name in one of the two languages."))
        return told

    def get_tier(self, decimals: int, taken: Collection[str]) -> Tier:
        told = self.cleaned_data
        keeps = told.get("keeps")
        return Tier(
            code=self.tier.code if self.tier else _make_code(told["name_en"], "tier", taken),
            name=_read_words(told, "name"),
            needs=_to_least(told.get("needs") or Decimal(0), decimals),
            keeps=None if keeps is None else _to_least(keeps, decimals),
            colour=told["colour"],
            benefits=self._get_benefits(),
        )

    def _get_benefits(self) -> list[Benefit]:
        """Words that were given to one otherwise stay."""
        stood = {one.kind: one for one in self.tier.benefits} if self.tier else {}
        found = [stood.get(Perk(one)) or Benefit(kind=Perk(one)) for one in self.cleaned_data["perks"]]
        own = _read_words(self.cleaned_data, "words")
        return [*found, Benefit(kind=Perk.OWN, words=own)] if own else found


class SetForm(forms.Form):
    """A set, its tiers and one more that can be written."""

    use_required_attribute = False

    name_ar = _ask_words(_("Name in Arabic"), "ar", most=60)
    name_en = _ask_words(_("Name in English"), "en", most=60)
    basis = forms.ChoiceField(
        label=_("What counts"), choices=[(one.value, words) for one, words in BASES.items()]
    )
    unit = forms.ChoiceField(label=_("Of what was earned"), required=False)
    span = forms.ChoiceField(
        label=_("The days that count"), choices=[(one.value, words) for one, words in SPANS.items()]
    )
    lasts_months = NumberField(label=_("So many months"), min_value=1, max_value=120, required=False)
    stays = forms.ChoiceField(
        label=_("A reached tier stays"), choices=[(one.value, words) for one, words in STAYS.items()]
    )
    falls = forms.ChoiceField(
        label=_("Who does not keep it goes"), choices=[(one.value, words) for one, words in FALLS.items()]
    )
    grace_days = NumberField(label=_("Days of grace before that"), min_value=0, max_value=366, required=False)
    warns_days = NumberField(
        label=_("Days before the end to tell the member"),
        min_value=0,
        max_value=WARNS_DAYS_MAX,
        required=False,
    )
    counts_past = forms.BooleanField(label=_("What was bought before joining counts, too"), required=False)
    is_gone = forms.BooleanField(label=_("Take these tiers out of the programme"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, tier_set: TierSet) -> None:
        self.tier_set = tier_set
        units = [(one.code, name_unit(one)) for one in Unit.objects.filter(currency="").order_by("id")]
        initial = {
            "name_ar": tier_set.name.get("ar", ""),
            "name_en": tier_set.name.get("en", ""),
            **{field: getattr(tier_set, field) for field in ("basis", "unit", "span", "stays", "falls")},
            "lasts_months": read_months(tier_set.lasts),
            "grace_days": read_days(tier_set.grace),
            "warns_days": tier_set.warns_days,
            "counts_past": tier_set.counts_past,
        }
        super().__init__(data, prefix=tier_set.code, initial=initial)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = units
        decimals = find_decimals(tier_set)
        self.tiers = [
            TierForm(data, set_code=tier_set.code, tier=tier, decimals=decimals)
            for tier in (*tier_set.tiers, None)
        ]

    @property
    def is_there(self) -> bool:
        return not self.cleaned_data["is_gone"]

    def is_valid(self) -> bool:
        valid = [super().is_valid(), *(one.is_valid() for one in self.tiers)]
        if all(valid) and self.is_there:
            self._find_faults()
        return all(valid) and not self.errors and not any(one.errors for one in self.tiers)

    def get_set(self) -> TierSet:
        """What this form cannot show stays."""
        told, stood = self.cleaned_data, self.tier_set
        basis = Basis(told["basis"])
        changed = msgspec.structs.replace(
            stood,
            name=_read_words(told, "name"),
            basis=basis,
            currency=(stood.currency or get_business().currency) if basis is Basis.SPEND else "",
            unit=told["unit"] if basis is Basis.EARNED else "",
            span=Span(told["span"]),
            lasts=_keep(stood.lasts, read_months, write_months, told["lasts_months"]) or stood.lasts,
            stays=Stays(told["stays"]),
            falls=Fall(told["falls"]),
            grace=_keep(stood.grace, read_days, write_days, told["grace_days"]),
            warns_days=told["warns_days"] or 0,
            counts_past=told["counts_past"] and basis is not Basis.EARNED,
        )
        decimals = find_decimals(changed)
        tiers: list[Tier] = []
        for form in self.tiers:
            if form.is_there:
                tiers.append(form.get_tier(decimals, [one.code for one in (*stood.tiers, *tiers)]))
        return msgspec.structs.replace(changed, tiers=sorted(tiers, key=lambda one: one.needs))

    def _find_faults(self) -> None:
        """Beside the field that they speak of."""
        by_code = {one.tier.code if one.tier else NEW: one for one in self.tiers}
        for field, code in find_wrong_tiers([self.get_set()]):
            _set, *rest = field.split(".")
            form = by_code.get(rest[0], by_code[NEW]) if len(rest) > 1 else self
            words = FAULTS.get(code) or code
            name = {"benefits": "words_ar", "code": "name_en"}.get(rest[-1], rest[-1])
            form.add_error(name if name in form.fields else None, str(words))


def find_decimals(one: TierSet) -> int:
    """Of the amounts of a set, as people write them."""
    if one.basis is Basis.SPEND:
        return int(decimals_of(one.currency or get_business().currency))
    if one.basis is Basis.EARNED:
        return Unit.objects.filter(code=one.unit).values_list("scale", flat=True).first() or 0
    return 0


def make_set(taken: Collection[str], currency: str) -> TierSet:
    """What a new one begins with."""
    return TierSet(code=_make_code("", "levels", taken), currency=currency)


def _begin(tier: Tier | None, decimals: int) -> dict[str, Any]:
    if tier is None:
        return {"colour": "#5f6b7a"}
    own = next((one.words for one in tier.benefits if one.kind is Perk.OWN), {})
    return {
        "name_ar": tier.name.get("ar", ""),
        "name_en": tier.name.get("en", ""),
        "needs": _to_whole(tier.needs, decimals),
        "keeps": None if tier.keeps is None else _to_whole(tier.keeps, decimals),
        "colour": tier.colour or "#5f6b7a",
        "perks": [one.kind.value for one in tier.benefits if one.kind is not Perk.OWN],
        "words_ar": own.get("ar", ""),
        "words_en": own.get("en", ""),
    }


def _to_least(amount: Decimal, decimals: int) -> int:
    return int(amount.scaleb(decimals).to_integral_value())


def _to_whole(amount: int, decimals: int) -> Decimal:
    """Without decimals where there are none."""
    whole = Decimal(amount).scaleb(-decimals)
    return whole.to_integral_value() if whole == whole.to_integral_value() else whole


def _read_words(told: Mapping[str, Any], name: str) -> Words:
    return {one: words for one in LANGUAGES if (words := told[f"{name}_{one}"].strip())}


def _keep(stood: str, read: Any, write: Any, told: int | None) -> str:
    return stood if stood and read(stood) is None else str(write(told))


def _make_code(name: str, otherwise: str, taken: Collection[str]) -> str:
    code = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:20]
    code = code if re.match(r"[a-z]", code) else otherwise
    numbers = (f"{code}{number or ''}" for number in (0, *range(2, 1_000)))
    return next(one for one in numbers if one not in taken and one != NEW)
