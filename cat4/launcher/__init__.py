"""What starts, watches and stops cat4 on one machine. Never imports Django."""
