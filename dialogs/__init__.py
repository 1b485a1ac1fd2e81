"""Conversations: what to ask, in which order, with which card."""
