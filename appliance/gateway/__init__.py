"""The gateway: policy, detection, pseudonyms, scrubbing, and everything that decides whether bytes may leave."""
