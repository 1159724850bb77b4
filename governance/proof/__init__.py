"""The archive for auditors: how it is written, and the script inside it that verifies it offline."""
