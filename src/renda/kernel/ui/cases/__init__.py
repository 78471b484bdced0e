"""Pages for any case: an act's form from its declaration, and a case page for processes without a room."""
