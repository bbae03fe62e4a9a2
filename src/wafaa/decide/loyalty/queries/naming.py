"""Which rule moved something, as the business called it in the version that held then."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from wafaa.decide.loyalty.models import Version
from wafaa.kit.text import choose_words


class RuleKey(NamedTuple):
    """A rule of a version, by the numbers that transfers carry in their cause."""

    programme: str
    version: int
    rule: int

    @classmethod
    def read(cls, cause: Mapping[str, Any]) -> "RuleKey":
        """Of what no rule moved it is one that no rule has."""
        return cls(
            str(cause.get("programme", "")), int(cause.get("version") or 0), int(cause.get("rule") or 0)
        )


def name_rules(causes: Iterable[Mapping[str, Any]], language: str = "") -> dict[RuleKey, str]:
    """In this language, or the reader's own."""
    asked = {RuleKey.read(one) for one in causes if one.get("rule") is not None}
    if not asked:
        return {}
    versions = Version.objects.filter(
        programme__uuid__in={one.programme for one in asked}, number__in={one.version for one in asked}
    ).select_related("programme")
    return {
        RuleKey(str(version.programme.uuid), version.number, rule["id"]): choose_words(
            rule.get("name", {}), language
        )
        for version in versions
        for rule in version.content.get("rules", ())
    }
