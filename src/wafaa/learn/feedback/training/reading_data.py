"""The rows that models are trained on."""

import csv
import gzip
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
    with (find_folder() / "reviews_ar_saudi.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            key = " ".join(_PUNCTUATION.sub(" ", fold(row["div_text"])).split())
            if key and key not in seen:
                seen.add(key)
                texts.append(row["div_text"])
                classes.append({"0": 0, "2": 1, "1": 2}[row["label"]])
    return Rows(texts, np.array(classes))


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


def draw_folds(size: int, folds: int, seed: int = 7) -> Array:
    """Which fold each row belongs to."""
    order, fold_of = np.random.default_rng(seed).permutation(size), np.empty(size, dtype=np.int64)
    fold_of[order] = np.arange(size) % folds
    return fold_of
