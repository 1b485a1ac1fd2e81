"""Provisioning: plan, steps and the durable workflow."""
