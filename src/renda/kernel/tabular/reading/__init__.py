"""From a file to sheets of raw cells: every format, every refusal, no knowledge of what the columns mean."""
