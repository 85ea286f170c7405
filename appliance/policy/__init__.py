"""The policy: what is masked, what blocks, what may leave and where to; read from YAML, hashed, explained."""
