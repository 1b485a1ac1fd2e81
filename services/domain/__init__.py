"""The rules: pure Python that imports the standard library and itself."""
