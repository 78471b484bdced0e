"""A topic that every logged-in person may follow, for tests of streams in a running product."""
