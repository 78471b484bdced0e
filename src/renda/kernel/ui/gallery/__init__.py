"""Every component in every state, and model pages to copy from: /demo/ui/ in the demo and in tests."""
