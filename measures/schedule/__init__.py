"""Milestones, dependencies between measures, and the slips that ripple through them.

Owns: milestones, dependencies, ripples and their answers, hand-overs, the roadmap.
"""
