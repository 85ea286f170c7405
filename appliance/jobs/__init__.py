"""Jobs: what was asked for, which stage it is in, and which process may write about it."""
