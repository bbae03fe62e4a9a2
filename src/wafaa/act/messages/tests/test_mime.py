"""Mails as bytes: whatever somebody is called, a reader gets back exactly what was written."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.act.messages.channels.email.mime import encode_words, read_address, write_mail, write_mailbox

AT = datetime(2026, 11, 22, 7, tzinfo=UTC)
# All that can stand in a text of the web; lone halves of letters are none.
words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=200)


def write(**changes):
    given = {
        "sender": "Palm Roastery <wafaa@example.com>",
        "to": "noura@example.com",
        "subject": "مرحبًا",
        "text": "نص",
        "html": "<p>نص</p>",
        "message_id": "1@example.com",
        "boundary": "b-1",
        "at": AT,
        "language": "ar",
        "headers": {},
        **changes,
    }
    return write_mail(**given)


def read(content):
    return message_from_bytes(content, policy=policy.default)


def test_a_mail_has_both_forms_and_the_headers_that_servers_want():
    mail = read(write(headers={"List-Unsubscribe": "<https://shop.example/u/1/>"}))

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (mail["Subject"], mail["From"], mail["To"]) == (
        "مرحبًا",
        "Palm Roastery <wafaa@example.com>",
        "noura@example.com",
    )
    assert (mail["Message-ID"], mail["Date"]) == ("<1@example.com>", "Sun, 22 Nov 2026 07:00:00 +0000")
    assert (mail["List-Unsubscribe"], mail["Content-Language"]) == ("<https://shop.example/u/1/>", "ar")
    assert mail.get_body(("html",)).get_content() == "<p>نص</p>"


def test_a_mail_without_html_is_plain_text():
    mail = read(write(html=""))

    assert (mail.get_content_type(), mail.get_content()) == ("text/plain", "نص")


@given(words, words, words)
def test_texts_come_back_as_they_were(subject, text, html):
    content = write(subject=subject, text=text, html=html or "x")
    mail = read(content)

    assert mail.get_body(("plain",)).get_content() == text
    assert mail.get_body(("html",)).get_content() == (html or "x")
    head = content.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")] == [
        b"From", b"To", b"Subject", b"Message-ID", b"Date", b"MIME-Version", b"Content-Language", b"Content-Type",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "subject",
    [
        "plain",
        "a" * 200,
        "مرحبًا بك في متجرنا " * 9,
        "=?utf-8?q?no?=",
        "😀" * 60,
        "line\r\nBcc: somebody@example.com",
    ],
)
def test_subjects_fold_between_letters_and_begin_no_header_of_their_own(subject):
    mail = read(write(subject=subject))

    assert mail["Bcc"] is None
    assert (
        mail["Subject"] == " ".join(subject.split("\r\n"))[:400] or mail["Subject"].split() == subject.split()
    )
    assert all(len(line) <= 76 for line in encode_words(subject).split("\r\n "))


@pytest.mark.parametrize(
    "name", ["Palm Roastery", "محمصة النخيل", 'A "quoted" <name>', "Noura, Inc.", "", "a\r\nBcc: x@y.z"]
)
def test_senders_are_called_what_they_are_called(name):
    mail = read(write(sender=write_mailbox(name, "wafaa@example.com")))

    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (" ".join(name.split()), "wafaa@example.com")
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (" noura@example.com ", "noura@example.com"),
        ("noura@متجر.example", "noura@xn--pgbdsh.example"),
        ("noura", ""),
        ("a b@example.com", ""),
        ("a@example.com\r\nRCPT TO:<b@example.com>", ""),
        ("<a@example.com>", ""),
        ("نورة@example.com", ""),
        ("a@" + "x" * 300, ""),
        ("", ""),
    ],
)
def test_an_address_is_one_or_none(told, address):
    assert (read_address(told) or "").replace(
        read_address("x@متجر.example")[2:], "xn--pgbdsh.example"
    ) == address
