"""PSI, arXiv 2507.05991: expand locally, reflect externally, generate locally."""
