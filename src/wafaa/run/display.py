"""What the terminal shows: sentences, progress bars, the address at the end of a start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from wafaa.run.words import say as _


class Bars:
    """One bar per kind of work, made when it is first heard of."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def advance(self, what: str, done: int, total: int | None) -> None:
        if what not in self._bars:
            for finished in self._bars.values():
                self._progress.update(finished, total=1, completed=1)
            self._bars[what] = self._progress.add_task(what, total=None)
        self._progress.update(self._bars[what], completed=done, total=total if total and total > 1 else None)

    def show(self, told: dict[str, Any]) -> None:
        """One line of wafaa.run.prepare."""
        if "work" in told:
            self.advance(told["work"], told["done"], told["total"])
        if "say" in told:
            self._progress.console.print(told["say"], style="dim", markup=False)


class Display:
    """One console for everything that a command says."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, sentence: str) -> None:
        self.console.print(sentence, style="dim", markup=False, highlight=False)

    def warn(self, sentence: str) -> None:
        self.console.print(sentence, style="yellow", markup=False, highlight=False)

    def fail(self, sentence: str) -> None:
        self.console.print(sentence, style="bold red", markup=False, highlight=False)

    def done(self, sentence: str) -> None:
        self.console.print(sentence, style="green", markup=False, highlight=False)

    @contextmanager
    def working(self) -> Iterator[Bars]:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            yield Bars(progress)

    def show_ready(self, address: str, sign_in: dict[str, str], *, host: str) -> None:
        """The address, and with what to sign in."""
        table = Table.grid(padding=(0, 2))
        table.add_row(_("Address"), f"[bold]{address}[/bold]")
        if "start" in sign_in:
            table.add_row(_("Begin here"), f"[bold]{address}/start/account/?code={sign_in['start']}[/bold]")
        if "email" in sign_in:
            table.add_row(_("Demo sign-in"), f"[bold]{sign_in['email']}[/bold]")
            table.add_row(_("Password"), f"[bold]{sign_in['password']}[/bold]")
        if host in {"0.0.0.0", "::"}:  # noqa: S104
            table.add_row(_("Other names"), "WAFAA_ALLOWED_HOSTS=shop.example.com")
        self.console.print(
            Panel(table, title=_("Wafaa is running"), subtitle=_("Ctrl-C stops it"), expand=False)
        )
