"""Prints each figure beside its mark; with --write, makes the shipped models anew."""

import sys

from wafaa.learn.feedback.training import evaluate_comments, write_models

if "--write" in sys.argv:
    write_models()
for figure in evaluate_comments():
    sys.stdout.write(figure.say() + "\n")
    sys.stdout.flush()
