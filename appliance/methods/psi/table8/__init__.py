"""The prompt shape `table8`: the paper's prompt of 20 tasks, for models that can follow it."""
