"""The sandbox tenant: a local HTTP server that answers as Microsoft Graph does.

It is as strict as Graph where Switchboard touches it, and refuses what it does not know. Where the real
service is undocumented it takes the harder course: a person with a number of a category gets no second one of
it, and policy assignments in one call are all or nothing.

Time is a function that the opener passes in. Nothing runs in the background: what is due is done when
somebody asks (clockwork.py), so a test that moves the clock sees what an hour of waiting would have shown. A
delay that is under way keeps its length when the faults change.
"""
