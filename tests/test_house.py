"""The laws of the house that no linter knows: sizes, and which files of a room others may open."""

import ast
import re
from pathlib import Path

import grimp
import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "wafaa"
# Hard limits; some 400 and 50 are what one aims at.
LINES_PER_FILE_MAX = 450
LINES_PER_FUNCTION_MAX = 70

# What other rooms may import from a room: verbs, reads, errors, tables, and plain data types.
PUBLIC_FILES = {"actions", "queries", "errors", "models", "rules"}
# Declared doors besides those.
PUBLIC_MODULES = {
    "wafaa.access.staff.decorators",  # what every view wears
    "wafaa.access.staff.http",  # the request that every view gets
    "wafaa.access.staff.mails",  # whether staff get mails, and by which queue
    "wafaa.access.business.forms",  # the first hour asks a part of the settings
    "wafaa.access.keys.api",  # what every operation of the API asks for
    "wafaa.learn.facts.engine",  # what the measures reduce with
    "wafaa.show.report.terminal",  # what the command line prints of a report
    "wafaa.know.notes.erasing",  # how what staff kept of a customer is handed out and erased
    "wafaa.know.orders.erasing",  # and how orders are
    "wafaa.stream.erasing",  # and events
    "wafaa.show.privacy.exporting",  # what the command line writes of one person
    "wafaa.know.journey.words",  # what touchpoints are called
    "wafaa.know.orders.merging",  # how orders follow a customer who is merged
    "wafaa.show.console.digest",  # what the weekly mail tells
    "wafaa.show.answers.words",  # what scores are called and how they are read
    "wafaa.show.console.periods",  # which days a page of scores speaks of
    "wafaa.show.console.counted",  # what a page says whose figures are being counted
    "wafaa.show.console.pages.parts",  # the choice of days, and a page's receipt
    "wafaa.stream.catalogue",  # which events are known, and what they tell
    "wafaa.stream.drain",  # what the worker turns
    "wafaa.stream.parking",  # parked events, tried again or discarded
    "wafaa.stream.replaying",  # ranges of the stream, given again
    "wafaa.stream.outbox",  # what leaves after the commit, for whoever has something to send
    "wafaa.act.messages.template_queries",  # which messages can be sent, and how one looks
    "wafaa.act.messages.foreseeing",  # what the gate would say, before anything is asked for
    "wafaa.act.messages.proving",  # who is before a page of the shop, by its server's word
    "wafaa.act.cases.digest",  # what the morning mail tells of somebody's cases
    "wafaa.act.messages.words",  # why a message waits or does not go
    "wafaa.act.vouchers.words",  # what vouchers give, and why a code gives nothing
    "wafaa.learn.segments.offers",  # what segments are called
    "wafaa.decide.experiments.showing",  # what pages show of a reading
    "wafaa.decide.experiments.words",  # and how shares of people are said
    "wafaa.decide.loyalty.words",  # rules as sentences, and why one gave nothing
    "wafaa.decide.tiers.words",  # tiers as sentences, and what is missing
    "wafaa.decide.rewards.words",  # rewards as sentences, and why one may not have them
    "wafaa.listen.connectors.files.reading.archive",  # whether a workbook may be opened
    "wafaa.listen.reviews.pictures",  # whether a picture is one, and what it is without what a camera adds
    "wafaa.listen.reviews.shrinking",  # and drawn anew, small
    "wafaa.listen.surveys.ready",  # the templates, for who makes a survey of one
    "wafaa.stream.door",  # what the server's short way of events leads to
    "wafaa.stream.waiting",  # what `Prefer: wait` waits for
    "wafaa.stream.moving",  # what a restored database needs
    "wafaa.learn.measures.counting.groups",  # which of the orders' groups a customer belongs to
    "wafaa.show.console.words.labels",  # what the orders' groups are called
    "wafaa.learn.measures.periods",  # how days become periods, weeks and months
    "wafaa.learn.feedback.training",  # how well comments are read, measured and made anew
    "wafaa.learn.measures.definitions",  # the words of every figure
    "wafaa.act.points.checking",  # whether the ledger is whole
    "wafaa.act.points.words",  # what its movements are called
    "wafaa.show.portal.words",  # and how card numbers are written
    "wafaa.learn.measures.group_definitions",  # the words of every RFM group
}
# The one list of the rooms' operations.
API_ROOT = "wafaa.show.api.api"
API_FRAMEWORK = {"ninja", "pydantic"}
GROUND = {"kit", "design", "science", "config", "run"}


def room_of(module: str) -> str | None:
    """The dotted folder of the Django app that holds the module."""
    parts = module.split(".")
    for size in range(len(parts), 1, -1):
        if (PACKAGE.parent / Path(*parts[:size]) / "apps.py").exists():
            return ".".join(parts[:size])
    return None


def list_code() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]


def test_no_file_is_longer_than_one_reads_at_a_sitting():
    sizes = {path.relative_to(PACKAGE).as_posix(): path.read_text().count("\n") for path in list_code()}

    assert {name: lines for name, lines in sizes.items() if lines > LINES_PER_FILE_MAX} == {}


def test_no_function_is_longer_than_a_page():
    long = {}
    for path in list_code():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LINES_PER_FUNCTION_MAX:
                    long[f"{path.relative_to(PACKAGE)}:{node.name}"] = lines

    assert long == {}


def test_every_module_says_in_one_docstring_what_it_is():
    silent = [
        path.relative_to(PACKAGE).as_posix()
        for path in list_code()
        if path.name not in {"apps.py", "urls.py"}
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("wafaa", cache_dir=None)


def test_rooms_open_only_each_others_public_files(imports):
    broken = []
    for importer in imports.modules:
        if ".tests" in importer or ".migrations" in importer or importer.split(".")[1:2][0:1] == ["config"]:
            continue
        for imported in imports.find_modules_directly_imported_by(importer):
            room, other = room_of(importer), room_of(imported)
            if other is None or room == other or imported == other:
                continue
            file = imported.removeprefix(f"{other}.").split(".")[0]
            if other.split(".")[1] in GROUND or file in PUBLIC_FILES or imported in PUBLIC_MODULES:
                continue
            if file == "api" and importer == API_ROOT:
                continue
            broken.append(f"{importer} -> {imported}")

    assert sorted(broken) == []


def test_the_framework_of_the_api_is_known_to_files_called_api_only():
    """So that worker, analyst and a web process that serves pages never load it."""
    found = []
    for path in list_code():
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if path.name != "api.py" and any(name.split(".")[0] in API_FRAMEWORK for name in names):
                found.append(path.relative_to(PACKAGE).as_posix())

    assert found == []


def test_the_only_sql_outside_sql_folders_is_none():
    """Words that open a statement, in a string of a .py file, mean SQL at the wrong place.

    What is asked of the engine about a file is put together from that file's own columns, so it can't lie in a .sql file.
    """
    files = "listen/connectors/files"
    allowed = {"learn/facts", f"{files}/understanding", f"{files}/staging", f"{files}/engine", "run/postgres"}
    found = []
    for path in list_code():
        name = path.relative_to(PACKAGE).as_posix()
        if any(name.startswith(prefix) for prefix in allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                opening = node.value.lstrip()[:40].upper()
                if opening.startswith(
                    ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "WITH ", "CREATE TABLE", "TRUNCATE ")
                ) and (
                    " FROM " in node.value.upper()
                    or " INTO " in opening
                    or "TABLE" in opening
                    or opening.startswith("TRUNCATE")
                ):
                    found.append(f"{name}:{node.lineno}")

    assert found == []


def test_only_the_stream_reads_its_table_of_events():
    """Others ask the view stream_events, or stream_events_at for what they were handed."""
    backup = "run/backup"  # counts rows, and must know an old database too
    found = [
        name
        for path in PACKAGE.rglob("*.sql")
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(("stream/", backup))
        and re.search(r"\bstream_event\b", path.read_text())
    ]

    assert found == []
