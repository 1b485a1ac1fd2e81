"""The sandbox tenant: a local HTTP server that answers as Microsoft Graph does."""
