"""PSI Appliance: a private seed set in, an instruction-tuning dataset out, nothing unscrubbed ever sent.

Implements "Evolution without Large Models" (arXiv 2507.05991). Start reading at ``methods/psi`` for the
method, ``gateway/door.py`` for what may leave, and ``jobs/runner.py`` for how a job survives.
"""

__version__ = "0.1.0"
