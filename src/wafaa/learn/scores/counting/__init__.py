"""Reducing the facts of answers to counts; loaded where the engine is."""
