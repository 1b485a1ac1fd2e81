"""Measurements: how fast the bot is beside the stock SDK on the same machine."""
