"""Teams: the only room that imports the Bot Framework SDK."""
