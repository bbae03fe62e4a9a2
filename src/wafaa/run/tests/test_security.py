"""`wafaa doctor --security` and `wafaa user password` in real processes."""

import os
import re

import psycopg
import pytest

from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import copy_prepared, run_wafaa

GOOD = "a-long-password-1"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """One database server for all commands of this file, behind a socket as the embedded one is."""
    prepared = copy_prepared(tmp_path_factory.mktemp("prepared") / "home")
    server = EmbeddedPostgres(prepared / "postgres", fast=True)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory, url):
    """A data directory that the commands share, with one owner."""
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    told = run_wafaa(
        folder,
        *("user", "create", "--email", "mona@example.com", "--role", "owner"),
        stdin=f"{GOOD}\n",
        WAFAA_DATABASE_URL=url,
    )
    assert told.returncode == 0, told.stderr
    return folder


@pytest.fixture
def examine(home, url):
    def run(**environment: str) -> tuple[int, str]:
        told = run_wafaa(
            home,
            *("doctor", "--security", "--lang", "en"),
            **{"COLUMNS": "300", "WAFAA_DATABASE_URL": url, **environment},
        )
        return told.returncode, re.sub(r"\s+", " ", told.stderr)

    return run


def test_an_installation_for_one_machine_is_good_as_it_comes(examine):
    code, said = examine()

    assert code == 0, said
    for line in (
        "✓ WAFAA_DEBUG off",
        "! WAFAA_SECURE_COOKIES off: good for this machine only",
        "✓ Secret key strong",
        "! Second factor 1 owner without a second factor: mona@example.com",
        "! Mail not set up",
        "✓ WAFAA_RATE_LIMITS on",
    ):
        assert line in said, said


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        # one danger alone is enough to fail; the others are asked about together, as each question is a process
        ({"WAFAA_DEBUG": "1"}, ["✗ WAFAA_DEBUG on"]),
        (
            {
                "WAFAA_ALLOWED_HOSTS": "*",
                "WAFAA_SECRET_KEY": "short",
                "WAFAA_RATE_LIMITS": "0",
                "WAFAA_EMAIL_URL": "smtp://u:p@mail.example?tls=0",
            },
            [
                "✗ WAFAA_ALLOWED_HOSTS *",
                "✗ Secret key can be guessed: 5 characters",
                "✗ WAFAA_RATE_LIMITS off",
                "✗ Mail mail.example:587 is reached without TLS",
            ],
        ),
        (
            {"WAFAA_ALLOWED_HOSTS": "shop.example", "WAFAA_SECRET_KEY": "a" * 60},
            [
                "✗ WAFAA_SECURE_COOKIES off, though other machines come here",
                "✗ Secret key can be guessed",
            ],
        ),
    ],
)
def test_what_is_dangerous_is_named_and_fails(examine, changes, lines):
    code, said = examine(**changes)

    assert code == 1, said
    for line in lines:
        assert line in said, said


def test_a_configuration_behind_tls_is_good(examine):
    code, said = examine(
        WAFAA_ALLOWED_HOSTS="shop.example",
        WAFAA_SECURE_COOKIES="1",
        WAFAA_TRUSTED_PROXIES="1",
        WAFAA_EMAIL_URL="smtps://user:secret@mail.example",
    )

    assert code == 0, said
    assert "✓ WAFAA_SECURE_COOKIES on" in said
    assert "✓ Mail mail.example:465" in said


def test_secrets_that_others_can_read_are_found(examine, tmp_path):
    secret = tmp_path / "email-url"
    secret.write_text("smtps://user:secret@mail.example")
    secret.chmod(0o644)

    code, said = examine(WAFAA_EMAIL_URL_FILE=str(secret))

    assert code == 1
    assert f"✗ WAFAA_EMAIL_URL_FILE others on this machine can open it (644); chmod 600 {secret}" in said


def test_a_data_directory_that_others_can_open_is_found(examine, home):
    home.chmod(0o755)
    try:
        code, said = examine()
    finally:
        home.chmod(0o700)

    assert code == 1
    assert "✗ Data directory others on this machine can open it (755)" in said


def test_a_database_that_asks_for_no_password_is_found(examine):
    """Whether this one asks is found out by the same question in another way."""
    given = {**psycopg.conninfo.conninfo_to_dict(os.environ["WAFAA_DATABASE_URL"]), "password": "wrong"}
    if str(given.get("host", "")).startswith("/") or not given.get("host"):
        asks = True
    else:
        try:
            psycopg.connect(**given).close()
            asks = False
        except psycopg.OperationalError:
            asks = True

    _code, said = examine(WAFAA_DATABASE_URL=os.environ["WAFAA_DATABASE_URL"])

    assert ("no password is asked" in said) is not asks


def test_a_password_is_set_from_the_command_line(home, url):
    def set_password(email: str, password: str, *options: str):
        return run_wafaa(
            home,
            "user",
            "password",
            "--email",
            email,
            "--lang",
            "en",
            *options,
            stdin=f"{password}\n",
            WAFAA_DATABASE_URL=url,
        )

    told = set_password("mona@example.com", "dates and cardamom")
    assert (told.returncode, "mona@example.com has a new password" in told.stderr) == (0, True), told.stderr

    assert set_password("mona@example.com", "short").returncode == 4
    assert set_password("nobody@example.com", "dates and cardamom").returncode == 4
    missing = set_password("mona@example.com", "dates and coffee", "--remove-second-factor")
    assert "There is no second factor" in missing.stderr
