"""A mail as bytes (RFC 5322, 2045, 2047, 8058): text and HTML as alternatives, each in base64.

Written here because Python's email package takes longer for a mail than everything else together; what stands in a header
is checked, so that nothing that a customer is called can begin another one.
"""

import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

_LINE = 76
# 45 bytes are 60 letters of base64; with `=?utf-8?b?` and `?=` a word stays below the 75 of RFC 2047.
_WORD_BYTES = 45
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOM = re.compile(r"[\w !#$%&'*+/=?^`{|}~-]+", re.ASCII)
# Addresses as servers take them without further ado; a name outside ASCII would need SMTPUTF8, its domain has an ASCII form.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
HEADER_CHARS_MAX = 400


def write_mail(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    boundary: str,
    at: datetime,
    language: str,
    headers: Mapping[str, str],
) -> bytes:
    """The whole mail with CRLF line ends; `sender` is written by write_mailbox."""
    head = [
        f"From: {sender}",
        f"To: <{to}>",
        f"Subject: {encode_words(subject)}",
        f"Message-ID: <{message_id}>",
        f"Date: {format_datetime(at)}",
        "MIME-Version: 1.0",
        *(f"{name}: {_UNSAFE.sub(' ', value)}" for name, value in headers.items()),
    ]
    if language:
        head.append(f"Content-Language: {_UNSAFE.sub('', language)}")
    if not html:
        return _join(head, _part_head("plain")) + _encode(text)
    opening = f"--{boundary}"
    return b"\r\n".join(
        (
            _join(head, [f'Content-Type: multipart/alternative; boundary="{boundary}"']) + opening.encode(),
            _join(_part_head("plain"), []) + _encode(text) + opening.encode(),
            _join(_part_head("html"), []) + _encode(html) + f"{opening}--\r\n".encode(),
        )
    )


def _part_head(kind: str) -> list[str]:
    return [f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: base64"]


def _join(head: list[str], more: list[str]) -> bytes:
    return ("\r\n".join((*head, *more)) + "\r\n\r\n").encode("ascii")


def _encode(text: str) -> bytes:
    """In lines of base64, with an end of line after the last."""
    code = binascii.b2a_base64(text.encode("utf-8", "replace"), newline=False)
    return b"\r\n".join([*(code[start : start + _LINE] for start in range(0, len(code), _LINE)), b""])


def encode_words(text: str) -> str:
    """Unstructured header text: as it is in plain ASCII, else in encoded words that break between letters."""
    text = _UNSAFE.sub(" ", text)[:HEADER_CHARS_MAX]
    if _PLAIN.fullmatch(text) and len(text) <= _LINE and "=?" not in text:
        return text
    words, word = [], b""
    for letter in text:
        code = letter.encode("utf-8", "replace")
        if len(word) + len(code) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += code
    words.append(word)
    return "\r\n ".join(
        f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words if word
    )


def write_mailbox(name: str, address: str) -> str:
    """`Name <address>`; the name quoted or encoded as it needs."""
    name = " ".join(_UNSAFE.sub(" ", name).split())[:100]
    if not name:
        return f"<{address}>"
    return f"{name if _ATOM.fullmatch(name) else encode_words_always(name)} <{address}>"


def encode_words_always(text: str) -> str:
    """Encoded also where it is plain: for what would need quotes."""
    found = encode_words(text)
    if found.startswith("=?"):
        return found
    return f"=?utf-8?b?{binascii.b2a_base64(text.encode(), newline=False).decode()}?="


def read_address(text: str) -> str:
    """The address as a server is told of it, its domain in ASCII; "" where it is none."""
    name, at, domain = text.strip().rpartition("@")
    if not at or len(text) > 254:
        return ""
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return ""
    address = f"{name}@{domain}"
    return address if _ADDRESS.fullmatch(address) else ""
