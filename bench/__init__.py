"""Side-by-side benchmarks: what Wafaa takes against plain tools doing the same work in the same run."""
