"""The command `psi`: thin verbs over the job store and the runner."""
