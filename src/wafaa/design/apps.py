from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "wafaa.design"
    label = "design"

    def ready(self) -> None:
        """Registers the drawing of charts with the analyst."""
        import wafaa.design.charts.render  # noqa: F401
