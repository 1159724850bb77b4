"""What the people of the demo write: by program, gate and status."""

REASONS = {
    "Procurement": "Divisions buy the same goods from different suppliers at different prices.",
    "Operations": "Plants run below the output that the same machines reach elsewhere.",
    "Commercial": "Margin is given away where nobody checks whether it has to be.",
    "Overheads": "The same administrative work is done in every company of the group.",
}
SCOPE_IN = {
    "Procurement": "All European plants and the contracts that end before 2028.",
    "Operations": "The named lines and halls, with their maintenance and logistics.",
    "Commercial": "All sales regions and both brands, new and running contracts.",
    "Overheads": "All companies in Europe with more than fifty employees.",
}
SCOPE_OUT = {
    "Procurement": "Joint ventures and goods that customers prescribe.",
    "Operations": "Plants outside Europe and the prototype shop.",
    "Commercial": "Contracts with public authorities.",
    "Overheads": "Companies that are to be sold.",
}
ASSUMPTIONS = {
    "Procurement": "Volumes stay within ten percent of the budget; two qualified suppliers per lot.",
    "Operations": "Demand stays level; the works council agrees to the shift model.",
    "Commercial": "Competitors don't answer with lower list prices; churn stays below two percent.",
    "Overheads": "Notice periods hold; the ERP template is stable.",
}
RISKS = {
    "Procurement": "A supplier fails its qualification",
    "Operations": "Ramp-up takes longer than planned",
    "Commercial": "Key accounts refuse the new rules",
    "Overheads": "Knowledge is lost in the transition",
}
RESPONSES = {
    "Procurement": "Keep the present supplier under contract for one more quarter.",
    "Operations": "Build a stock of six weeks before the move.",
    "Commercial": "Introduce in two steps, with calls by the CCO.",
    "Overheads": "Overlap of eight weeks, and written work instructions.",
}
LINES = {
    "Procurement": "Lower purchase prices",
    "Operations": "Lower manufacturing cost",
    "Commercial": "Higher net margin",
    "Overheads": "Lower administrative cost",
}
SLIPS = {
    "Procurement": "Supplier qualification failed a second audit.",
    "Operations": "The tooling release is late.",
    "Commercial": "The regional offices need more training.",
    "Overheads": "The data model of the template is late.",
}
ASKS = {
    1: "The idea is described and named people stand for it.",
    2: "Baseline, plan and milestones are worked out.",
    3: "Plan, people and dates stand. We ask for the decision.",
    4: "The effect has started and the unit has taken over.",
    5: "Three locked months stand at plan. We ask to close.",
}
DECISIONS = {
    1: "Worth working out.",
    2: "Complete and plausible.",
    3: "Decided as proposed. Start with the plants that are ready.",
    4: "Implemented as decided.",
    5: "The money is in the ledger at the planned run-rate.",
}
FORECASTS = {
    "g": "Prices and volumes as planned.",
    "a": "Start-up takes longer than planned.",
    "r": "Part of the effect will not come; realised values stay below plan.",
    "n": "As planned.",
}

RESIDUAL_ASKED = "The second foundry delivers a fifth less volume than it offered. Its price holds."
