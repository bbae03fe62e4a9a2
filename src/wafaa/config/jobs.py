"""The jobs application, and how many finished jobs it keeps."""

import procrastinate


def on_app_ready(app: procrastinate.App) -> None:
    """Called by procrastinate once Django is ready; rooms register their jobs in tasks.py, which it finds."""
