"""Fixtures for the machinery; people and things are built in tests/cast.py and tests/build.py."""

import os
from pathlib import Path

import hypothesis
import pytest

# Time never decides a test.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")

pytest_plugins = ["tests.cast", "tests.mailbox"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; a test that needs one is left out where it is not present."""
    folder = Path(os.environ.get("WAFAA_TEST_DATA", Path(__file__).parent.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set WAFAA_TEST_DATA")
    return folder


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Each test has data folders of its own."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.FACTS_ROOT = tmp_path / "facts"


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive holds the moment at which it was made, and two processes that share
    the tests must call them the same.
    """
    return argname if isinstance(val, bytes) else None
