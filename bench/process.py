"""Fresh Python processes: what is measured shares nothing with who measures."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(module: str, *arguments: str, home: Path, **environment: str) -> str:
    """The output of a fresh Python process."""
    inherited = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "WAFAA_HOME": str(home), **environment}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=inherited, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-4000:]}")
    return done.stdout
