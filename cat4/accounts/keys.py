"""API keys as they travel."""


def bearer_key(authorization: str) -> str:
    """The key of an Authorization header, "" where it carries none."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
