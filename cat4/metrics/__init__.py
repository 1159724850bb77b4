"""Numbers of a running installation, in the text format of Prometheus, for whoever has the token.

Every label comes from the code or is the slug of an organization; none from what a visitor sent.
"""
