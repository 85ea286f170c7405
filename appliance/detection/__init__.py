"""Finding private values: one folded form, patterns, a model of our own, in a process that can be killed."""
