"""What was answered to one question, as plain data, and of whom it may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """An answer. `choices` are keys of options, of a ranking in its order; `text` is what was written, or an ISO day.

    `points` are those of the chosen options; of a scale, how long it is.
    """

    number: Decimal | None = None
    choices: tuple[str, ...] = ()
    text: str = ""
    points: int | None = None
    not_applicable: bool = False

    @property
    def is_answered(self) -> bool:
        return self.not_applicable or self.number is not None or bool(self.choices) or bool(self.text)


NOTHING = Value()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What logic and piping may look at: answers by key, what is known of the person, and hidden fields."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    profile: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)

    def with_answers(self, answers: Mapping[str, Value]) -> "Asked":
        return Asked(answers={**self.answers, **answers}, profile=self.profile, hidden=self.hidden)
