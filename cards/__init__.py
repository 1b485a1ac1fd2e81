"""Adaptive Cards as pure functions of view models."""
