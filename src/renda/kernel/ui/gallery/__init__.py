"""Every component in every state, and model pages to copy from. Mounted at /demo/ui/ in the demo and in tests only."""
