"""How Wafaa looks: base templates, components, charts, direction-neutral CSS."""
