"""A person's values as templates ask for them: by name, each of its kind, and absent where there is none."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from liquid.undefined import Undefined

from wafaa.act.messages.rendering.names import Kind, find_kind, is_group
from wafaa.kit.money import from_minor

# More lines than this no mail shows; the template says how many there are by `size`.
ITEMS_MAX = 200


class Code(str):
    """Runs to the right always: an order number, a phone, a code for a discount."""

    __slots__ = ()


class Link(str):
    """An address of the web."""

    __slots__ = ()


class Amount(Decimal):
    """Money in its major unit, so that a template may compare it."""

    currency: str = ""

    @classmethod
    def of(cls, minor: int, currency: str) -> "Amount":
        amount = cls(from_minor(minor, currency))
        amount.currency = currency
        return amount


class Absent(Undefined):
    """A known name without a value: not true, equal to nil, nothing to loop over. Printed, it stops the message."""

    __slots__ = ()

    def __getitem__(self, key: object) -> object:
        return Absent(f"{self.name}.{key}", token=self.token)

    def __repr__(self) -> str:
        return f"Absent({self.name})"


class Branch(Mapping[str, Any]):
    """The values below a name. What is asked for is made what its kind says only then."""

    __slots__ = ("data", "made", "path")

    def __init__(self, path: str, data: Mapping[str, Any]) -> None:
        self.path, self.data = path, data
        self.made: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        # subject, text and HTML ask for the same values
        made = self.made.get(key)
        if made is None:
            made = self.made[key] = self._make(key)
        return made

    def _make(self, key: str) -> Any:
        path = f"{self.path}.{key}"
        value = self.data.get(key)
        if isinstance(value, Mapping) and "minor" not in value:
            return Branch(path, value)
        if value is None or value == "":
            return Branch(path, {}) if is_group(path) else Absent(path)
        made = convert(value, find_kind(path), path)
        return Absent(path) if made is None else made

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"Branch({self.path})"


class Root(Mapping[str, Any]):
    """All values of one message; the names of the registry's groups are there even where nothing is known."""

    __slots__ = ("branches", "data")

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.branches: dict[str, Branch] = {}

    def __getitem__(self, key: str) -> Any:
        branch = self.branches.get(key)
        if branch is None:
            value = self.data.get(key)
            if not isinstance(value, Mapping):
                if not is_group(key):
                    raise KeyError(key)
                value = {}
            branch = self.branches[key] = Branch(key, value)
        return branch

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def is_absent(value: Any) -> bool:
    """Faster than isinstance, which asks the whole family of mappings."""
    return type(value) is Absent


def convert(value: Any, kind: Kind | None, path: str) -> Any:
    """None where the value cannot be what its name says: better no message than a wrong one."""
    if kind is None:
        kind = _guess_kind(value)
    try:
        return _MAKERS[kind](value, path)
    except (ValueError, TypeError, InvalidOperation, OverflowError, KeyError):
        return None


def _guess_kind(value: Any) -> Kind:
    if isinstance(value, bool):
        return Kind.YES
    if isinstance(value, int | float | Decimal):
        return Kind.NUMBER
    if isinstance(value, list | tuple):
        return Kind.LIST
    if isinstance(value, Mapping):
        return Kind.MONEY
    if isinstance(value, datetime):
        return Kind.MOMENT
    return Kind.DATE if isinstance(value, date) else Kind.TEXT


def _make_text(value: Any, path: str) -> str | None:
    if not isinstance(value, str | int | float | Decimal):
        return None
    return str(value).strip() or None


def _make_code(value: Any, path: str) -> Code | None:
    text = _make_text(value, path)
    return Code(text) if text else None


def _make_link(value: Any, path: str) -> Link | None:
    text = _make_text(value, path)
    return Link(text) if text else None


def _make_number(value: Any, path: str) -> Decimal | int:
    if isinstance(value, int):
        return int(value)
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError(path)
    return int(number) if number == number.to_integral_value() else number


def _make_money(value: Any, path: str) -> Amount:
    """{"minor": 1250, "currency": "SAR"}."""
    minor, currency = int(value["minor"]), str(value.get("currency") or "")
    if abs(minor) > 10**18:
        raise ValueError(path)
    return Amount.of(minor, currency)


def _make_date(value: Any, path: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _make_moment(value: Any, path: str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _make_yes(value: Any, path: str) -> bool:
    return value in (True, "true", "True", 1, "1")


def _make_list(value: Any, path: str) -> list[Any] | None:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return None
    inner = f"{path}[]"
    made = [
        Branch(inner, one) if isinstance(one, Mapping) else convert(one, None, inner)
        for one in value[:ITEMS_MAX]
    ]
    return [one for one in made if one is not None] or None


_MAKERS: dict[Kind, Any] = {
    Kind.TEXT: _make_text,
    Kind.CODE: _make_code,
    Kind.LINK: _make_link,
    Kind.NUMBER: _make_number,
    Kind.MONEY: _make_money,
    Kind.DATE: _make_date,
    Kind.MOMENT: _make_moment,
    Kind.YES: _make_yes,
    Kind.LIST: _make_list,
}
