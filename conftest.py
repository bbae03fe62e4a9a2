"""Fixtures for the machinery; people and things are built in tests/cast.py and tests/build.py."""

import gc
import itertools
import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

# Time never decides a test.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")

pytest_plugins = ["tests.cast", "tests.emptying", "tests.mailbox"]

# Until all tests are found: what is loaded stays to the end, so nobody need look through it for garbage.
gc.disable()

# Folders whose tests start servers, and wait for them.
SERVED = ("tests/flow", "src/wafaa/run", "tests/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that processes that share the tests end together (make test)."""
    folders = [Path(__file__).parent / name for name in SERVED]
    items.sort(key=lambda item: not any(folder in item.path.parents for folder in folders))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Also in the process that only shares the tests out, which collects none."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; a test that needs one is left out where it is not present."""
    folder = Path(os.environ.get("WAFAA_TEST_DATA", Path(__file__).parent.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set WAFAA_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, django_db_keepdb, django_db_createdb
):
    """New databases of the tests are copies of one that Wafaa made: Django keeps a core busy for ten seconds with each."""
    from django.conf import settings

    from wafaa.run.tests.processes import ensure_tables

    if django_db_keepdb and not django_db_createdb:
        return
    tests = settings.DATABASES["default"].setdefault("TEST", {})
    tests["TEMPLATE"] = ensure_tables()


_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path_factory):
    """Each test has data folders of its own, made by those that write there: few do."""
    own = tmp_path_factory.getbasetemp() / f"data-{next(_numbers)}"
    settings.FILES_ROOT = own / "files"
    settings.FACTS_ROOT = own / "facts"


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive holds the moment at which it was made, and two processes that share
    the tests must call them the same.
    """
    return argname if isinstance(val, bytes) else None
