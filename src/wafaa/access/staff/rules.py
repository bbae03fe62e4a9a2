"""Roles and what each may see and do."""

from enum import StrEnum


class Role(StrEnum):
    """Their names in people's language stand in models.ROLE_LABELS."""

    OWNER = "owner"
    MANAGER = "manager"
    BRANCH_MANAGER = "branch_manager"
    CASHIER = "cashier"
    AGENT = "agent"
    ANALYST = "analyst"


class Capability(StrEnum):
    SEE_FIGURES = "see_figures"  # Today and reports
    SEE_EXPERIMENTS = "see_experiments"  # what campaigns brought, over all stores
    SEE_CUSTOMERS = "see_customers"  # lists and pages of customers and orders
    SEE_PERSONAL = "see_personal"  # names, mails, phones, birth dates unmasked
    SEE_ALL_STORES = "see_all_stores"  # otherwise only the stores that the person works at
    CHANGE_CUSTOMERS = "change_customers"  # profile, owner, tags, own fields, bulk edits, merges
    ERASE_CUSTOMERS = "erase_customers"  # for good, with everything that is known of them
    SEE_SEGMENTS = "see_segments"  # who is in which segment and why, over all stores
    CHANGE_SEGMENTS = "change_segments"  # conditions and lists
    SEND_MESSAGES = "send_messages"  # templates, campaigns, automations, and what sending is bound by
    SEE_ANSWERS = "see_answers"  # what people answered, wrote and reviewed, over all stores; without names unless SEE_PERSONAL
    EDIT_SURVEYS = (
        "edit_surveys"  # surveys, when they are asked, the words and topics of comments, reviews, suggestions
    )
    HANDLE_CASES = "handle_cases"  # unhappy customers: take them on, note, call it done
    SEE_LOYALTY = "see_loyalty"  # programmes, vouchers, balances
    MANAGE_LOYALTY = "manage_loyalty"  # what customers are given, and under which rules
    GIVE_GIFTS = "give_gifts"  # from the budgets that are open to the role
    USE_TILL = "use_till"  # find members, let them earn and redeem, enrol, at the stores one works at
    TELL_REFUNDS = "tell_refunds"  # what a refund would undo, and noting one, within the role's limits
    IMPORT_FILES = "import_files"
    SEE_STREAM = "see_stream"  # events as they come in, parked and refused ones
    MANAGE_CONNECTIONS = "manage_connections"  # shops, help desks, webhooks
    EXPORT_FIGURES = "export_figures"
    CHANGE_SETTINGS = "change_settings"
    MANAGE_STAFF = "manage_staff"
    SEE_AUDIT = "see_audit"
    OWN_ACCOUNT = "own_account"  # everybody: the own password, second factor and sessions
    MANAGE_KEYS = "manage_keys"  # API keys: whoever makes one sees all that it sees


_C = Capability
_CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.OWNER: frozenset(Capability),
    Role.MANAGER: frozenset(Capability) - {_C.MANAGE_STAFF, _C.MANAGE_KEYS},
    Role.BRANCH_MANAGER: frozenset(
        {
            _C.SEE_FIGURES,
            _C.SEE_CUSTOMERS,
            _C.SEE_PERSONAL,
            _C.CHANGE_CUSTOMERS,
            _C.GIVE_GIFTS,
            _C.USE_TILL,
            _C.TELL_REFUNDS,
            _C.EXPORT_FIGURES,
        }
    ),
    Role.CASHIER: frozenset({_C.SEE_CUSTOMERS, _C.SEE_PERSONAL, _C.GIVE_GIFTS, _C.USE_TILL}),
    Role.AGENT: frozenset(
        {
            _C.SEE_CUSTOMERS,
            _C.SEE_PERSONAL,
            _C.CHANGE_CUSTOMERS,
            _C.SEE_ALL_STORES,
            _C.SEE_SEGMENTS,
            _C.SEE_ANSWERS,
            _C.HANDLE_CASES,
            _C.GIVE_GIFTS,
            _C.TELL_REFUNDS,
        }
    ),
    Role.ANALYST: frozenset(
        {
            _C.SEE_FIGURES,
            _C.SEE_EXPERIMENTS,
            _C.SEE_CUSTOMERS,
            _C.SEE_ALL_STORES,
            _C.SEE_LOYALTY,
            _C.SEE_SEGMENTS,
            _C.SEE_ANSWERS,
            _C.EXPORT_FIGURES,
        }
    ),
}


def capabilities_of(role: Role) -> frozenset[Capability]:
    return _CAPABILITIES[role] | {Capability.OWN_ACCOUNT}


def works_at_stores(role: Role) -> bool:
    """Whether this role sees no further than the stores it works at; only these roles are asked for stores."""
    return Capability.SEE_ALL_STORES not in _CAPABILITIES[role]


def mask(text: str) -> str:
    """A name, mail or phone for eyes that may not see it: its first character and a fixed number of dots."""
    return f"{text[0]}••••" if text else ""


# The demo's staff sign in with a printed password, so nobody of this domain should look after a real shop.
DEMO_DOMAIN = "@demo.wafaa"
