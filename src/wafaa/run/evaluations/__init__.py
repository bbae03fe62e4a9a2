"""What `wafaa evaluate` measures: one file per question."""
