"""The first hour: what is missing on this machine, and the files a new user begins with."""
