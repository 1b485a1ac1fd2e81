"""Approvals: who is asked, what happens while they are asked, and what they do."""
