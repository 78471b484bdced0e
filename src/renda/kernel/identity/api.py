"""The door of identity: accounts, grants, policies, the vault.

Everything else in this package is private to it.
"""

from __future__ import annotations

from renda.kernel.identity.access import (
    EVERYONE,
    Denied,
    Policy,
    all_policies,
    check,
    get_policy,
    may,
    policy,
    why_not,
)
from renda.kernel.identity.acting import acting_grant, role_in_words
from renda.kernel.identity.errors import Forbidden, IdentityError, SecretMarks
from renda.kernel.identity.login.codes import paper_codes, set_code_sender
from renda.kernel.identity.matrix import Matrix, MatrixRow, matrix, matrix_markdown
from renda.kernel.identity.models import Account
from renda.kernel.identity.policies import GrantRequest
from renda.kernel.identity.queries import (
    GrantView,
    accounts_holding,
    acting_for,
    grants,
    has,
    holders,
    is_staff,
    open_cache,
    scopes_held,
)
from renda.kernel.identity.roles import (
    ADMINISTRATOR,
    ALL,
    Role,
    all_roles,
    declare_role,
    declare_scope,
    role,
    scope_title,
    within,
)
from renda.kernel.identity.secrecy import refuse_secret_marks
from renda.kernel.identity.services.accounts import (
    close_account,
    create_account,
    rename_account,
    reopen_account,
    set_password,
    set_phone,
)
from renda.kernel.identity.services.grants import end_grant, end_stand_in, grant, stand_in, take_back
from renda.kernel.identity.services.hand_over import hand_over, on_hand_over
from renda.kernel.identity.services.links import make_link
from renda.kernel.identity.services.me import my_link, set_large_type
from renda.kernel.identity.vault.cipher import Tampered
from renda.kernel.identity.vault.forgetting import (
    DerivedCopy,
    derived_copies,
    derived_copy,
    vault_shred,
)
from renda.kernel.identity.vault.keys import VaultKeyProblem
from renda.kernel.identity.vault.kinds import KINDS, Datum, Kind
from renda.kernel.identity.vault.reveal import may_reveal, reveal_policy, vault_reveal, vault_use
from renda.kernel.identity.vault.rotation import Rotated, problems, rotate_keys
from renda.kernel.identity.vault.store import (
    vault_find,
    vault_mask,
    vault_masks,
    vault_put,
    vault_put_many,
    vault_remove,
)

vault_problems = problems

__all__ = [
    "ADMINISTRATOR",
    "ALL",
    "EVERYONE",
    "KINDS",
    "Account",
    "Datum",
    "Denied",
    "DerivedCopy",
    "Forbidden",
    "GrantRequest",
    "GrantView",
    "IdentityError",
    "Kind",
    "Matrix",
    "MatrixRow",
    "Policy",
    "Role",
    "Rotated",
    "SecretMarks",
    "Tampered",
    "VaultKeyProblem",
    "accounts_holding",
    "acting_for",
    "acting_grant",
    "all_policies",
    "all_roles",
    "check",
    "close_account",
    "create_account",
    "declare_role",
    "declare_scope",
    "derived_copies",
    "derived_copy",
    "end_grant",
    "end_stand_in",
    "get_policy",
    "grant",
    "grants",
    "hand_over",
    "has",
    "holders",
    "is_staff",
    "make_link",
    "matrix",
    "matrix_markdown",
    "may",
    "may_reveal",
    "my_link",
    "on_hand_over",
    "open_cache",
    "paper_codes",
    "policy",
    "refuse_secret_marks",
    "rename_account",
    "reopen_account",
    "reveal_policy",
    "role",
    "role_in_words",
    "rotate_keys",
    "scope_title",
    "scopes_held",
    "set_code_sender",
    "set_large_type",
    "set_password",
    "set_phone",
    "stand_in",
    "take_back",
    "vault_find",
    "vault_mask",
    "vault_masks",
    "vault_problems",
    "vault_put",
    "vault_put_many",
    "vault_remove",
    "vault_reveal",
    "vault_shred",
    "vault_use",
    "why_not",
    "within",
]
