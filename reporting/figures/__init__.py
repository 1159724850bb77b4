"""What a node's cells add up to: sums, statuses, cover, confidence, lists of measures.

Owns: pure sums over the read models, and the reads every report shares.
"""
