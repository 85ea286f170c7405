"""Soft clustering of low-level principles: `robust`, the default, and `raptor`, the algorithm the paper names."""
