"""Settings, urls, and the lists that tie rooms together: flow.py (who hears which event), facts.py (who gives facts)."""
