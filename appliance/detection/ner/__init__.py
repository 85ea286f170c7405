"""The appliance's own named-entity model: what it reads, its weights, and how it is run."""
