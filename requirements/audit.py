"""`make audit`: are there known holes in what requirements/*.txt pin? Asks the internet, so it is no part of `make check`.

Exit codes: 0 none known, 1 some are, 75 it could not be asked.
"""

import subprocess
import sys
from pathlib import Path

CANNOT_ASK = 75  # EX_TEMPFAIL
# pip-audit's words where no answer came: of requests, of urllib3, of its own services.
NO_ANSWER = (
    "ConnectionError",
    "Connection refused",
    "Max retries exceeded",
    "ServiceError",
    "Name or service not known",
)


def main() -> int:
    for name in ("run", "dev"):
        pins = Path(__file__).with_name(f"{name}.txt")
        told = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip_audit",
                "--requirement",
                str(pins),
                "--require-hashes",
                "--disable-pip",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode and any(sign in told.stderr for sign in NO_ANSWER):
            print(
                "The known holes could not be asked for: this needs the internet. Nothing was checked.",
                file=sys.stderr,
            )
            return CANNOT_ASK
        sys.stdout.write(told.stdout)
        sys.stderr.write(told.stderr)
        if told.returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
