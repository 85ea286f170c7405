"""Recipes made of stages; `psi` is the method of arXiv 2507.05991."""
