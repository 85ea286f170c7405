"""The prompt shape `single`: one staged instance at a time, grounded in one fact, for small models."""
