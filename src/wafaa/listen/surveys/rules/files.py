"""Files that come as answers: which kinds are taken, found by their first bytes, and names made harmless."""

import unicodedata

from wafaa.listen.surveys.rules import LETTERS_MAX

FILE_BYTES_MAX = 8 * 1024**2  # a photograph of a phone
KINDS = {
    "pdf": ("application/pdf", ".pdf"),
    "png": ("image/png", ".png"),
    "jpeg": ("image/jpeg", ".jpg"),
    "webp": ("image/webp", ".webp"),
    "heic": ("image/heic", ".heic"),
}
HEAD_BYTES = 16


def find_kind(head: bytes) -> str | None:
    """A key of KINDS by the first bytes; None for anything else."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        return "heic"
    return None


def clean_name(name: str, kind: str) -> str:
    """Without ways, control letters and a misleading ending."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip(" .")
    ending = KINDS[kind][1]
    stem = kept.rpartition(".")[0] or kept or "file"
    return f"{stem[: LETTERS_MAX['file_name'] - len(ending)]}{ending}"
