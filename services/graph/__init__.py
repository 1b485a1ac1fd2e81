"""Microsoft Graph behind the ports Directory and Telephony."""
