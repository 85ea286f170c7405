"""The audit trail: what left this machine, recorded before it left."""
