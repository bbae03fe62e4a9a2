"""Making the models of comments anew and measuring them: `python -m wafaa.learn.feedback.training [--write]`.

Real reviews are read from WAFAA_TEST_DATA (../shared/data) and never copied in; figures come from folds, the models that are
shipped are trained on all rows. Numpy and scipy only.
"""

from wafaa.learn.feedback.training.evaluating import Figure, evaluate_comments
from wafaa.learn.feedback.training.writing import write_models

__all__ = ["Figure", "evaluate_comments", "write_models"]
