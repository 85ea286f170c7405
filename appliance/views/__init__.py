"""Read models for people: what the command line and the terminal screens both show."""
