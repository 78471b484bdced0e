"""The rules: one YAML file per law (generated, see ``scripts/law``), and the pure arithmetic on them.

``majorities`` counts votes and signers, ``elections`` seats, candidates and results, ``money`` budgets,
``periods`` days. Nothing here knows Django or holds a number of the law: thresholds come in as rules.
"""
