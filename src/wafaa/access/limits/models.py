"""What is left of each allowance."""

from django.db import models


class Allowance(models.Model):
    """One limit of one account or address. A row whose moment has passed means nothing and is cleaned away."""

    key = models.CharField(max_length=64, primary_key=True)  # a digest: nobody's address can be read here
    full_at = models.DateTimeField(db_index=True)  # when the whole allowance is there again
