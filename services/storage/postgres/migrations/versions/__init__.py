"""One step a file, with its SQL beside it."""
