"""What a figure card shows: the figure in words, its margin, its changes, and what stands behind the `?`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

Verdict = Literal["good", "bad", "same"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A comparison: `text` is the change with its sign, `versus` what it is compared with, both in words.

    `verdict` says whether this is good for the business; the arrow shows which way the figure went.
    """

    text: str
    versus: str
    is_up: bool | None  # None: unchanged
    verdict: Verdict = "same"

    @property
    def icon(self) -> str:
        return {True: "up", False: "down", None: "same"}[self.is_up]


@dataclass(frozen=True, kw_only=True)
class FigureCard:
    """`{% include "design/figure.html" with card=card %}`.

    `key` names the card on its page (for the popover). `value` and `margin` are formatted and isolated already (see the
    filters of `{% load design %}` or design.formats). `n` says how many the figure stands on. `missing` replaces the
    value when there is nothing to show, and says why.
    """

    key: str
    label: str
    value: str | SafeString
    margin: str | SafeString = ""
    n: str | SafeString = ""
    changes: Sequence[Change] = ()
    missing: str = ""
    definition: str = ""
    formula: str = ""
    receipt_url: str = ""
    url: str = ""
    sparkline: str | SafeString = ""

    @property
    def is_long(self) -> bool:
        """Money in millions needs smaller type than a percentage."""
        return len(strip_tags(str(self.value))) > 9
