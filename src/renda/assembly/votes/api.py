"""The door of votes: open votes by keys or by hands, with a verdict that can say why.

A sitting prepares a vote with ``prepare``, puts it with ``put`` and learns of its end by the events
``votes.vote.close``, ``votes.vote.agree`` and ``votes.vote.settle``.
"""

from renda.assembly.votes.models import Ballot, Body, CountSheet, Elector, Method, Option, Standing, Vote
from renda.assembly.votes.queries import bodies, members, open_for, roll, vote, votes
from renda.assembly.votes.services import cast, close, count, prepare, put, settle, void

__all__ = [
    "Ballot",
    "Body",
    "CountSheet",
    "Elector",
    "Method",
    "Option",
    "Standing",
    "Vote",
    "bodies",
    "cast",
    "close",
    "count",
    "members",
    "open_for",
    "prepare",
    "put",
    "roll",
    "settle",
    "void",
    "vote",
    "votes",
]
