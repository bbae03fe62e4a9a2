"""How settings are read that guard something."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from wafaa.config.environment import env_text
from wafaa.config.mail import MailServer, read_mail_url
from wafaa.config.security import build_policy


def test_no_url_is_no_mail():
    assert read_mail_url("") == MailServer()


@pytest.mark.parametrize(
    ("url", "port", "starts_tls", "is_tls"),
    [
        ("smtp://mail.example", 587, True, False),
        ("smtp://mail.example:2525?tls=1", 2525, True, False),
        ("smtp://mail.example?tls=0", 587, False, False),
        ("smtp://127.0.0.1:1025", 1025, False, False),
        ("smtp://localhost:1025?tls=1", 1025, True, False),
        ("smtps://mail.example", 465, False, True),
    ],
)
def test_mail_goes_by_tls_unless_it_stays_on_this_machine(url, port, starts_tls, is_tls):
    server = read_mail_url(url)

    assert (server.port, server.starts_tls, server.is_tls) == (port, starts_tls, is_tls)


def test_signs_of_a_password_are_written_as_in_any_url():
    server = read_mail_url("smtp://wafaa%40shop.example:p%2Fa%3As@mail.example")

    assert (server.user, server.password, server.host) == ("wafaa@shop.example", "p/a:s", "mail.example")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_what_is_no_mail_server_is_said(url):
    with pytest.raises(ImproperlyConfigured):
        read_mail_url(url)


def test_a_secret_comes_from_the_file_that_is_named(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.setenv("WAFAA_EMAIL_URL", "from the environment")
    monkeypatch.setenv("WAFAA_EMAIL_URL_FILE", str(secret))

    assert env_text("WAFAA_EMAIL_URL") == "from the file"


def test_only_with_tls_are_links_turned_to_it():
    assert "upgrade-insecure-requests" not in build_policy(has_tls=False)["DIRECTIVES"]
    assert build_policy(has_tls=True)["DIRECTIVES"]["upgrade-insecure-requests"] is True
