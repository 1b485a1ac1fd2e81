"""What Switchboard does, apart from chat: use cases, rules, ports and adapters."""
