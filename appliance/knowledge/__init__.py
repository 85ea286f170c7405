"""The private knowledge base K: read in, split, indexed, and never part of anything that leaves."""
