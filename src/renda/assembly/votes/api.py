"""The door of votes: by keys with names, by secret ballot or by hands, with a verdict that can say why.

A sitting prepares a vote with ``prepare``, puts it with ``put`` and learns of its end by the events
``votes.vote.close``, ``votes.vote.agree`` and ``votes.vote.settle``.
"""

from renda.assembly.votes.models import Ballot, Body, CountSheet, Elector, Method, Option, Standing, Vote
from renda.assembly.votes.queries import bodies, members, open_for, roll, vote, votes
from renda.assembly.votes.services import begin, cast, close, count, deposit, prepare, put, settle, take, void
from renda.assembly.votes.setting import Setting, on_hidden, on_setting

__all__ = [
    "Ballot",
    "Body",
    "CountSheet",
    "Elector",
    "Method",
    "Option",
    "Setting",
    "Standing",
    "Vote",
    "begin",
    "bodies",
    "cast",
    "close",
    "count",
    "deposit",
    "members",
    "on_hidden",
    "on_setting",
    "open_for",
    "prepare",
    "put",
    "roll",
    "settle",
    "take",
    "void",
    "vote",
    "votes",
]
