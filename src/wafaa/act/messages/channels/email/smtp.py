"""Handing mails to a server over a connection that is kept: one for each thread that sends.

MAIL, RCPT and DATA go out together where the server allows it (PIPELINING, RFC 2920), which halves the waiting. What is known
of the answer decides: before the last dot nothing has been handed over, after it only the answer says.
"""

import smtplib
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from wafaa.stream.outbox import Outcome, Verdict

# Servers close what idles; RFC 5321 lets them after five minutes, many do after one.
IDLE_S_MAX = 20.0
# Some servers want a new connection after so many.
MAILS_PER_LINE_MAX = 1_000
# A server that has the whole mail may filter it for as long before it answers (RFC 5321, 4.5.3.2.6); who gives up earlier
# sends again what it is about to deliver.
TAKING_S = 600.0
_GOES_ON = 354
# 4xx: not now. What the server says of the mail or its reader blames neither the server nor others.
_LATER = range(400, 500)


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str
    port: int
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False
    timeout_s: float = 30.0
    taking_s: float = TAKING_S


class _Line:
    """A connection with what is known of it."""

    def __init__(self, server: Server) -> None:
        # without a context of ours smtplib takes any certificate
        self.smtp = (
            smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=ssl.create_default_context()
            )
            if server.is_tls
            else smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        )
        try:
            if server.starts_tls:
                self.smtp.starttls(context=ssl.create_default_context())
            self.smtp.ehlo_or_helo_if_needed()
            if server.user:
                self.smtp.login(server.user, server.password)
        except BaseException:
            self.close()
            raise
        self.pipelines = bool(self.smtp.does_esmtp and self.smtp.has_extn("pipelining"))
        self.timeout_s, self.taking_s = server.timeout_s, server.taking_s
        self.used_at = time.monotonic()
        self.mails = 0

    def await_taking(self) -> tuple[int, bytes]:
        """What the server says of the whole mail. Of a line that broke meanwhile there is no socket left."""
        if self.smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("no line")
        self.smtp.sock.settimeout(self.taking_s)
        reply = self.smtp.getreply()
        if self.smtp.sock is not None:
            self.smtp.sock.settimeout(self.timeout_s)
        return reply

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.smtp.quit()
        self.smtp.close()


_kept = threading.local()


def hand_over(server: Server, *, sender: str, to: str, mail: bytes) -> Outcome:
    """One try. A line that broke while it was idle is opened anew, because nothing had been handed over on it."""
    try:
        line, was_kept = _find_line(server)
    except (smtplib.SMTPException, OSError) as error:
        return _explain(error)
    try:
        outcome = _talk(line, sender, to, mail)
    except _NothingSent as error:
        drop_line()
        if not was_kept:
            return _explain(error.cause)
        return hand_over(server, sender=sender, to=to, mail=mail)
    except (smtplib.SMTPException, OSError) as error:
        drop_line()
        return Outcome(verdict=Verdict.FAILED, error="line_lost", answer=str(error)[:200])
    line.used_at = time.monotonic()
    line.mails += 1
    return outcome


class _NothingSent(Exception):
    """The line broke before the last dot."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _find_line(server: Server) -> tuple[_Line, bool]:
    """This thread's, and whether it was open before."""
    line: _Line | None = getattr(_kept, "line", None)
    if line is not None:
        idle_s = time.monotonic() - line.used_at
        if _kept.server == server and idle_s < IDLE_S_MAX and line.mails < MAILS_PER_LINE_MAX:
            return line, True
        drop_line()
    _kept.line, _kept.server = _Line(server), server
    return _kept.line, False


def drop_line() -> None:
    """Ends this thread's."""
    line: _Line | None = getattr(_kept, "line", None)
    _kept.line = None
    if line is not None:
        line.close()


def _talk(line: _Line, sender: str, to: str, mail: bytes) -> Outcome:
    try:
        refusal = _open_pipelined(line.smtp, sender, to) if line.pipelines else _open(line.smtp, sender, to)
    except (smtplib.SMTPException, OSError) as error:
        raise _NothingSent(error) from error
    if refusal is not None:
        return refusal
    content = mail.replace(b"\r\n.", b"\r\n..") if b"\r\n." in mail else mail
    line.smtp.send(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
    return _judge(line.await_taking())


def _open(smtp: smtplib.SMTP, sender: str, to: str) -> Outcome | None:
    for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>"):
        if (reply := smtp.docmd(command))[0] >= 400:
            smtp.docmd("RSET")
            return _judge(reply)
    reply = smtp.docmd("DATA")
    return None if reply[0] == _GOES_ON else _judge(reply)


def _open_pipelined(smtp: smtplib.SMTP, sender: str, to: str) -> Outcome | None:
    smtp.send(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode("ascii"))
    replies = [smtp.getreply() for _command in range(3)]
    refused = next((reply for reply in replies[:2] if reply[0] >= 400), None)
    if replies[2][0] == _GOES_ON and refused is not None:
        smtp.send(b".\r\n")  # it waits for a mail although nobody is to get it
        smtp.getreply()
    if refused is None and replies[2][0] == _GOES_ON:
        return None
    smtp.docmd("RSET")
    return _judge(refused or replies[2])


def _judge(reply: tuple[int, bytes]) -> Outcome:
    code, said = reply
    answer = said.decode("utf-8", "replace")
    if 200 <= code < 300:
        return Outcome(verdict=Verdict.DELIVERED, status=code, answer=answer)
    if code == 421:  # the server as a whole is going away
        drop_line()
        return Outcome(verdict=Verdict.FAILED, status=code, answer=answer, error="server_busy")
    if code in _LATER:
        return Outcome(
            verdict=Verdict.FAILED, status=code, answer=answer, error="not_now", blames_destination=False
        )
    if code < 0:  # the line was closed instead of an answer
        raise smtplib.SMTPServerDisconnected("no answer")
    return Outcome(
        verdict=Verdict.PARKED, status=code, answer=answer, error="mail_refused", blames_destination=False
    )


def _explain(error: Exception) -> Outcome:
    """Why there is no line; nothing was handed over."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Outcome(
            verdict=Verdict.FAILED, status=error.smtp_code, error="sign_in_refused", answer=str(error)[:200]
        )
    code = getattr(error, "smtp_code", None)
    return Outcome(
        verdict=Verdict.FAILED,
        status=code if isinstance(code, int) and code > 0 else None,
        error="no_server",
        answer=str(error)[:200],
    )
