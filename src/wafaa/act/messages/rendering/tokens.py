"""Liquid taken out of a text before another parser reads it, and put back as it must stand where it came to lie."""

import re
from dataclasses import dataclass, field

from wafaa.act.messages.rendering.names import Kind, find_kind

_LIQUID = re.compile(r"\{\{-?(?P<output>.*?)-?\}\}|\{%-?(?P<tag>.*?)-?%\}", re.DOTALL)


@dataclass(frozen=True)
class Token:
    """{{ inner }} or {% inner %}."""

    inner: str
    is_output: bool

    def write(self, filter_name: str = "") -> str:
        if not self.is_output:
            return f"{{% {self.inner} %}}"
        return f"{{{{ {self.inner} | {filter_name} }}}}" if filter_name else f"{{{{ {self.inner} }}}}"


@dataclass
class Tokens:
    """The pieces of Liquid of one source, by words that no parser changes: `LQ0001Z`."""

    mark: str = "LQ"
    kept: list[Token] = field(default_factory=list)

    def take(self, source: str) -> str:
        """The source with a word for each piece. Call it for all that goes together, with the same object."""
        while re.search(rf"{self.mark}\d+Z", source) and not self.kept:
            self.mark += "Q"
        return _LIQUID.sub(self._keep, source)

    def _keep(self, found: re.Match[str]) -> str:
        output = found["output"]
        self.kept.append(Token((found["tag"] if output is None else output).strip(), output is not None))
        return f"{self.mark}{len(self.kept) - 1:04}Z"

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"{self.mark}(\d{{4,}})Z")

    def get(self, number: str) -> Token:
        return self.kept[int(number)]

    def put_back(self, text: str, filter_name: str = "") -> str:
        return self.pattern.sub(lambda found: self.get(found[1]).write(filter_name), text)

    def put_back_text(self, text: str) -> str:
        """The same for plain text, where a value inside an address is quoted for it."""
        run = re.compile(rf"(?:https?://|{self.pattern.pattern})[^\s<>\"']*")

        def put(found: re.Match[str]) -> str:
            if found[1] is not None and not self._is_address(self.get(found[1])):
                return self.put_back(found[0])
            begin = found.end(1) + 1 if found[1] is not None else found.start()
            head, rest = found.string[found.start() : begin], found.string[begin : found.end()]
            return self.put_back(head) + self.put_back(rest, "_part")

        return self.put_back(run.sub(put, text))

    @staticmethod
    def _is_address(token: Token) -> bool:
        return token.is_output and find_kind(token.inner.partition("|")[0].strip()) is Kind.LINK

    def has(self, text: str) -> bool:
        return self.pattern.search(text) is not None

    def are_tags_only(self, text: str) -> bool:
        """Whether nothing but {% … %} stands there."""
        words = text.split()
        found = [self.pattern.fullmatch(word) for word in words]
        return bool(words) and all(one is not None and not self.get(one[1]).is_output for one in found)
