"""The decision ledger and the proof packs that verify without cat4.

Owns: proof packs and the verifier in them.
"""
