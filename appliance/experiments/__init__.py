"""Experiments: variants of one job, each a job of its own, and the table that compares them."""
