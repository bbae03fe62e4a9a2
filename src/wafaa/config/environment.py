"""How a setting is read: an environment variable, or the file that its _FILE twin names (for secrets)."""

import os
from pathlib import Path

import platformdirs


def env_text(name: str, *, default: str = "") -> str:
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    return env_text(name, default="1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_int(name: str, *, default: int) -> int:
    return int(env_text(name, default=str(default)))


def env_list(name: str, *, default: list[str]) -> list[str]:
    given = env_text(name)
    return [part.strip() for part in given.split(",") if part.strip()] if given else default


def get_home() -> Path:
    """The data directory: WAFAA_HOME, else the user's XDG data directory."""
    return Path(env_text("WAFAA_HOME") or platformdirs.user_data_dir("wafaa")).expanduser().resolve()


def is_low_memory() -> bool:
    """WAFAA_LOW_MEMORY: a machine of 1 GB; everything is smaller and some questions take longer."""
    return env_bool("WAFAA_LOW_MEMORY", default=False)
