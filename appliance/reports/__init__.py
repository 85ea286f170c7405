"""What a finished job hands over: the dataset, its summary, and where everything is."""
