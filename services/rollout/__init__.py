"""Roll-outs: one persona for hundreds of people, planned first, carried out under the tenant's quota."""
