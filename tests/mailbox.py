# ruff: noqa: A005  (inside the package tests it hides no module of Python)
"""A real mail server on loopback: what it accepts can be read here. Fixture `mailbox`; `deliver()` does the worker's part."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
# Mails with pictures pass the 64 KB that asyncio reads at once by default.
MAIL_BYTES_MAX = 16 * 1024**2


class Mailbox:
    """Speaks enough of RFC 5321 for smtplib, in a thread with a loop of its own."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self._last_job = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="mailbox")
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        self.port = self.serve(self._talk)

    @property
    def subjects(self) -> list[str]:
        """Without the space that folding leaves before encoded words."""
        return [str(mail["Subject"]).strip() for mail in self.mails]

    def serve(self, talk: Talk) -> int:
        """One more server, which talks so, until the mailbox stops; its port."""
        server = self._run(asyncio.start_server(talk, "127.0.0.1", 0, limit=MAIL_BYTES_MAX))
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        for (
            server
        ) in self._servers:  # in the loop's own thread: closed from another one it can be woken twice
            self._loop.call_soon_threadsafe(server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def deliver(self) -> int:
        """Does the mail jobs that wait in the queue, as the worker would; how many there were."""
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.models import ProcrastinateJob

        waiting = ProcrastinateJob.objects.filter(queue_name="mail", status="todo", id__gt=self._last_job)
        jobs = list(waiting.order_by("id"))
        for job in jobs:
            app.tasks[job.task_name](**job.args)
            self._last_job = job.id  # the model can't be written; a job is done once
        return len(jobs)

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(5)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []

        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 mailbox ready")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                say("354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                mail = message_from_bytes(content[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default)
                self.recipients.append(recipients)
                self.mails.append(mail)
                recipients = []
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 fine")
            await writer.drain()
        await writer.drain()
        writer.close()


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """Mail is set up, by a server of this test's own. Tests of pytest-django replace the backend; this one is real."""
    box = Mailbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    box.stop()
