"""Passwords as the installation keeps them, but quick to hash: on purpose a real one takes half a second."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same algorithm with as little work as it allows."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
