"""The rows that models are trained on."""

import csv
import gzip
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wafaa.kit.text import fold
from wafaa.learn.feedback.reading.features import Array
from wafaa.learn.feedback.reading.lexicon import DATA
from wafaa.learn.feedback.reading.model import SENTIMENTS

_PUNCTUATION = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts and their classes: 0 negative, 1 neutral, 2 positive."""

    texts: list[str]
    classes: Array


def find_folder() -> Path:
    """Where real data lies; it may be absent."""
    return Path(os.environ.get("WAFAA_TEST_DATA", Path(__file__).parents[6] / "shared" / "data"))


def read_saudi() -> Rows:
    """Duplicates removed after letters are made one."""
    seen, texts, classes = set(), [], []
    for text, label in list_saudi().items():
        key = " ".join(_PUNCTUATION.sub(" ", fold(text)).split())
        if key and key not in seen:
            seen.add(key)
            texts.append(text)
            classes.append({"0": 0, "2": 1, "1": 2}[label])
    return Rows(texts, np.array(classes))


def list_saudi() -> dict[str, str]:
    """Labels by text, in the order of the file; of the same text the first counts."""
    found: dict[str, str] = {}
    with (find_folder() / "reviews_ar_saudi.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            found.setdefault(row["div_text"], row["label"])
    return found


def read_clothing() -> Rows:
    """Title and text; one and two stars are negative, three neutral."""
    texts, classes = [], []
    with gzip.open(find_folder() / "reviews_en_clothing.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["Review Text"] or row["Title"]:
                texts.append(f"{row['Title']} . {row['Review Text']}" if row["Title"] else row["Review Text"])
                stars = int(row["Rating"])
                classes.append(0 if stars < 3 else 1 if stars == 3 else 2)
    return Rows(texts, np.array(classes))


def read_own() -> list[dict[str, Any]]:
    """The comments that were written and labelled here."""
    lines = (DATA / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_own_rows(language: str) -> Rows:
    own = [one for one in read_own() if one["language"] == language]
    return Rows([one["text"] for one in own], np.array([SENTIMENTS.index(one["sentiment"]) for one in own]))


def read_labelled() -> list[dict[str, Any]]:
    """Real reviews whose topics were labelled by hand without a look at what the model says; they train nothing. Only labels
    lie here, beside the digest of the text.
    """
    lines = (DATA / "topics_of_real.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {one["sha"]: one for one in map(json.loads, lines)}
    texts = {name_text(text): text for text in (*list_saudi(), *read_clothing().texts)}
    return [{**one, "text": texts[sha]} for sha, one in labels.items() if sha in texts]


def name_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def draw_folds(size: int, folds: int, seed: int = 7) -> Array:
    """Which fold each row belongs to."""
    order, fold_of = np.random.default_rng(seed).permutation(size), np.empty(size, dtype=np.int64)
    fold_of[order] = np.arange(size) % folds
    return fold_of
