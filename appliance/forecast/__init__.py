"""What a job will need, before it starts: from finished jobs like it, or from a short try of the model."""
