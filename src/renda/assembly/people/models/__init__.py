"""What is: divisions, organisations, congresses with their terms, persons and their memberships."""

from renda.assembly.people.models.congresses import (
    Congress,
    CongressSession,
    Delegation,
    DeputyGroup,
    GroupMember,
    Level,
    Term,
)
from renda.assembly.people.models.organisations import (
    HANDLING_BY_DEFAULT,
    Classification,
    Division,
    DivisionLevel,
    NameKind,
    Organisation,
    OtherName,
    Succession,
    SuccessionKind,
)
from renda.assembly.people.models.persons import (
    EndReason,
    Gender,
    Membership,
    Person,
    Post,
    Role,
)

__all__ = [
    "HANDLING_BY_DEFAULT",
    "Classification",
    "Congress",
    "CongressSession",
    "Delegation",
    "DeputyGroup",
    "Division",
    "DivisionLevel",
    "EndReason",
    "Gender",
    "GroupMember",
    "Level",
    "Membership",
    "NameKind",
    "Organisation",
    "OtherName",
    "Person",
    "Post",
    "Role",
    "Succession",
    "SuccessionKind",
    "Term",
]
