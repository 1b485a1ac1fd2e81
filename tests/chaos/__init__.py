"""Proof by force: many people, several replicas, bad weather, and processes that are killed."""
