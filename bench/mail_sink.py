"""A mail server that takes everything and keeps nothing but who got which message, for senders that are measured.

python -m bench.mail_sink: says its port, then answers to each line on its input with what it has taken since it began.
"""

import json
import re
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

_TO = re.compile(rb"RCPT TO:<([^>]*)>", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]*)>", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
_BLOCK = 1 << 16


class Sink:
    """One thread for each connection; PIPELINING is offered, as every server of today offers it."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.times: dict[str, float] = {}
        self.bytes = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            line, _address = self._listener.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk_safely, args=(line,), daemon=True).start()

    def _talk_safely(self, line: socket.socket) -> None:
        """Senders that are killed break off anywhere; what they had not ended was not taken."""
        with suppress(ConnectionError), line:
            self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        line.sendall(b"220 sink\r\n")
        kept = b""
        while True:
            while b"\r\n" not in kept:
                block = line.recv(_BLOCK)
                if not block:
                    return
                kept += block
            *commands, kept = kept.split(b"\r\n")
            answers = b""
            for number, command in enumerate(commands):
                verb = command[:4].upper()
                if verb == b"DATA":
                    line.sendall(answers + b"354 go on\r\n")
                    answers = b""
                    kept = b"\r\n".join((*commands[number + 1 :], kept))
                    kept = self._take(line, kept)
                    answers = b"250 2.0.0 taken\r\n"
                    break
                if verb == b"QUIT":
                    line.sendall(answers + b"221 bye\r\n")
                    line.close()
                    return
                answers += b"250-sink\r\n250 PIPELINING\r\n" if verb == b"EHLO" else b"250 fine\r\n"
            line.sendall(answers)

    def _take(self, line: socket.socket, kept: bytes) -> bytes:
        """The mail up to its end; gives back what came behind it."""
        blocks = [kept]
        tail = kept[-len(_END) :]
        while _END not in tail:
            block = line.recv(_BLOCK)
            if not block:
                raise ConnectionResetError
            blocks.append(block)
            tail = tail[-len(_END) :] + block
        whole, _end, rest = b"".join(blocks).partition(_END)
        found = _MESSAGE_ID.search(whole[:4096])
        name = found[1].decode() if found else ""
        with self._lock:
            self.taken[name] += 1
            self.times.setdefault(name, time.time())
            self.bytes += len(whole)
        return rest

    def tell(self, *, with_names: bool) -> dict[str, Any]:
        with self._lock:
            told = {
                "mails": self.taken.total(),
                "different": len(self.taken),
                "bytes": self.bytes,
                "last_at": max(self.times.values(), default=0.0),
            }
            return told | ({"taken": dict(self.taken), "times": self.times} if with_names else {})


def main() -> None:
    sink = Sink()
    print(sink.port, flush=True)
    for line in sys.stdin:
        print(json.dumps(sink.tell(with_names=line.strip() == "names")), flush=True)


if __name__ == "__main__":
    main()
