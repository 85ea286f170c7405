"""The full-screen terminal interface: it looks at the job store and owns no state of its own."""
