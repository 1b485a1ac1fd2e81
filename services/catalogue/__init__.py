"""The catalogue of personas: its file, its workbook, and what can be wrong with it."""
