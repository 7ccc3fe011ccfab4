"""Reference API of TaskFlow."""
