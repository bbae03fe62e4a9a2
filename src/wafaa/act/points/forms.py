"""The limits of all roles, one pair of numbers for each and each unit."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.access.staff.models import ROLE_LABELS
from wafaa.access.staff.rules import Role
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import find_limits
from wafaa.act.points.rules import AMOUNT_MAX, PROGRAM, Limits
from wafaa.act.points.words import name_unit
from wafaa.design.fields import MoneyField

HOLDERS: dict[str, Promise | str] = {
    **{
        str(role): ROLE_LABELS[role]
        for role in (Role.OWNER, Role.MANAGER, Role.BRANCH_MANAGER, Role.AGENT, Role.CASHIER)
    },
    PROGRAM: _("Programs (API keys)"),
}
SPANS = {"per_deed": pgettext_lazy("limits", "at once"), "per_day": _("in a day")}


class LimitsForm(forms.Form):
    """Empty is without a limit."""

    def __init__(self, *args: Any, units: Sequence[Unit], is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        for unit in units:
            for holder, label in HOLDERS.items():
                limits = find_limits(holder, unit)
                for span, words in SPANS.items():
                    kept = getattr(limits, span)
                    self.fields[_name(unit, holder, span)] = MoneyField(
                        label=f"{label} · {words}",
                        required=False,
                        disabled=not is_open,
                        min_value=0,
                        max_value=Decimal(AMOUNT_MAX).scaleb(-unit.scale),
                        decimal_places=unit.scale,
                        initial=None if kept is None else Decimal(kept).scaleb(-unit.scale),
                    )

    def list_groups(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """Each unit's name with a pair of fields for each holder."""
        return [
            (
                name_unit(unit),
                [[self[_name(unit, holder, span)] for span in SPANS] for holder in HOLDERS],
            )
            for unit in self.units
        ]

    def get_limits(self) -> dict[tuple[str, int], Limits]:
        """(holder, unit) -> limits, in the unit's smallest part."""
        return {
            (holder, unit.pk): Limits(**{span: self._read(unit, holder, span) for span in SPANS})
            for unit in self.units
            for holder in HOLDERS
        }

    def _read(self, unit: Unit, holder: str, span: str) -> int | None:
        told: Decimal | None = self.cleaned_data[_name(unit, holder, span)]
        return None if told is None else int(told.scaleb(unit.scale))


def _name(unit: Unit, holder: str, span: str) -> str:
    return f"u{unit.pk}-{holder}-{span}"
