"""The company's approval rules: their file, what can be wrong with it, and everybody's working time."""
