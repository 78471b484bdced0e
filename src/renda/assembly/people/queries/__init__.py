"""Questions about organs, congresses and people."""
