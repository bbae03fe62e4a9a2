"""`wafaa doctor --security`: how well the running configuration guards the shop's data, in plain words."""

import ipaddress
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import psycopg.conninfo

from wafaa.config.environment import env_text
from wafaa.kit.errors import WafaaError
from wafaa.run.display import Display
from wafaa.run.doctor import Finding, State, ask, check_migrations, has_database, show
from wafaa.run.errors import DatabaseMissing
from wafaa.run.home import Home, use_database
from wafaa.run.loading import load_django
from wafaa.run.words import say as _
from wafaa.run.words import say_many

# Django makes keys of 50 characters; ours have 67.
SECRET_LENGTH_MIN = 40
SECRET_SIGNS_MIN = 15
# How long a door may take to answer.
CONNECT_S = 5
# In a link between machines anything less can be read or changed on the way.
SAFE_SSL_MODES = {"require", "verify-ca", "verify-full"}


def examine_security(display: Display) -> bool:
    """Prints the findings; False when something must be mended."""
    try:
        if not has_database():
            raise DatabaseMissing
        with use_database(display.say):
            findings = list(_look())
    except WafaaError as error:
        findings = [Finding(_("Database"), State.BAD, str(error))]
    show(findings, display)
    return all(finding.state is not State.BAD for finding in findings)


def _look() -> Iterator[Finding]:
    from wafaa.run.prepare import check_database

    load_django()
    check_database()
    yield check_debug()
    yield check_hosts()
    yield check_tls()
    yield from check_ports()
    yield check_secret()
    yield from check_files()
    yield check_folder()
    yield check_database_door()
    yield check_mail()
    yield check_limits()
    tables = check_migrations()
    if tables.state is State.GOOD:
        yield from check_staff()
    else:
        yield tables


def check_debug() -> Finding:
    from django.conf import settings

    if settings.DEBUG:
        return Finding(
            "WAFAA_DEBUG", State.BAD, _("on: errors show the program's insides to everybody; take it out")
        )
    return Finding("WAFAA_DEBUG", State.GOOD, _("off"))


def check_hosts() -> Finding:
    from django.conf import settings

    hosts = ", ".join(settings.ALLOWED_HOSTS)
    if any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        detail = _("{hosts}: links in mails could lead to a stranger's host; name your own hosts only")
        return Finding("WAFAA_ALLOWED_HOSTS", State.BAD, detail.format(hosts=hosts))
    return Finding("WAFAA_ALLOWED_HOSTS", State.GOOD, hosts)


def check_tls() -> Finding:
    """Without TLS everybody on the way reads passwords; on one machine there is no way."""
    from django.conf import settings

    name = "WAFAA_SECURE_COOKIES"
    if settings.SECURE_COOKIES:
        if settings.TRUSTED_PROXIES:
            return Finding(name, State.GOOD, _("on: cookies travel by TLS only, browsers keep to TLS"))
        detail = _("on, but WAFAA_TRUSTED_PROXIES is 0: behind a proxy all visitors share the proxy's limits")
        return Finding(name, State.NOTE, detail)
    if all(_is_loopback(host.strip("[]")) for host in settings.ALLOWED_HOSTS):
        return Finding(name, State.NOTE, _("off: good for this machine only; docs/guide/deploy.md shows TLS"))
    return Finding(name, State.BAD, _("off, though other machines come here: passwords travel readable"))


def check_ports() -> Iterator[Finding]:
    """Where our own processes listen."""
    running = Home().read_running()
    if not running or not Home().is_held():
        return
    open_to = sorted(_list_doors(running.pid))
    if not open_to:
        return
    from django.conf import settings

    wide = [door for door in open_to if not _is_loopback(door.rpartition(":")[0].strip("[]"))]
    if wide:
        state = State.NOTE if settings.SECURE_COOKIES else State.BAD
        detail = _("{doors} can be reached from other machines; let only the proxy through")
        yield Finding(_("Open ports"), state, detail.format(doors=", ".join(wide)))
    else:
        yield Finding(_("Open ports"), State.GOOD, ", ".join(open_to))


def _list_doors(pid: int) -> set[str]:
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return set()
    doors = set()
    for process in family:
        try:
            listening = [one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN]
        except psutil.Error:
            continue
        doors |= {f"{one.laddr.ip}:{one.laddr.port}" for one in listening}
    return doors


def check_secret() -> Finding:
    from django.conf import settings

    key = settings.SECRET_KEY
    if len(key) < SECRET_LENGTH_MIN or len(set(key)) < SECRET_SIGNS_MIN or "insecure" in key:
        detail = _("can be guessed: {length} characters. Take it out, so that a strong one is made")
        return Finding(_("Secret key"), State.BAD, detail.format(length=len(key)))
    if os.environ.get("WAFAA_SECRET_KEY") and not os.environ.get("WAFAA_SECRET_KEY_FILE"):
        detail = _(
            "strong, but the environment shows it to other programs; WAFAA_SECRET_KEY_FILE hides it better"
        )
        return Finding(_("Secret key"), State.NOTE, detail)
    if settings.SECRET_KEY_FALLBACKS:
        detail = _("strong; older keys still count, take WAFAA_SECRET_KEY_FALLBACKS out after a day")
        return Finding(_("Secret key"), State.NOTE, detail)
    return Finding(_("Secret key"), State.GOOD, _("strong"))


def check_files() -> Iterator[Finding]:
    """Files that hold secrets: ours, and those that WAFAA_*_FILE name."""
    paths = {
        name: Path(value)
        for name, value in os.environ.items()
        if name.startswith("WAFAA_") and name.endswith("_FILE")
    }
    own = Home().path / "secret_key"
    if own.exists():
        paths[own.name] = own
    for name, path in sorted(paths.items()):
        yield _check_mode(name, path, 0o600)


def check_folder() -> Finding:
    """Facts, uploads and the embedded database lie here."""
    return _check_mode(_("Data directory"), Home().path, 0o700)


def _check_mode(subject: str, path: Path, wanted: int) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return Finding(subject, State.BAD, f"{path}: {error.strerror}")
    if mode & 0o077:
        detail = _("others on this machine can open it ({mode}); chmod {wanted} {path}")
        return Finding(subject, State.BAD, detail.format(mode=f"{mode:o}", wanted=f"{wanted:o}", path=path))
    return Finding(subject, State.GOOD, f"{path} ({mode:o})")


def check_database_door() -> Finding:
    """Who can reach the database, and whether a password is asked there."""
    given = {
        key: str(value)
        for key, value in psycopg.conninfo.conninfo_to_dict(env_text("WAFAA_DATABASE_URL")).items()
    }
    host, subject = given.get("host", ""), _("Database")
    if not host or host.startswith("/"):
        (listens,) = ask("get_listen_addresses")
        if not listens:
            return Finding(subject, State.GOOD, _("by a socket of this machine only"))
        return Finding(
            subject, State.GOOD, _("by a socket; the server listens on {where}").format(where=listens)
        )
    if _opens_without_password(given):
        detail = _("{host} lets everybody in who can reach it: no password is asked (pg_hba.conf says trust)")
        return Finding(subject, State.BAD, detail.format(host=host))
    if not _is_loopback(host) and given.get("sslmode") not in SAFE_SSL_MODES:
        detail = _(
            "{host} is another machine and the way there may be read: add sslmode=verify-full to the URL"
        )
        return Finding(subject, State.BAD, detail.format(host=host))
    return Finding(subject, State.GOOD, _("{host}, by password").format(host=host))


def _opens_without_password(given: dict[str, Any]) -> bool:
    """Tries it; a wrong password is what we hope for."""
    tried = {
        **given,
        "password": "surely-not-this-one",
        "connect_timeout": str(CONNECT_S),
        "passfile": os.devnull,
    }
    try:
        psycopg.connect(psycopg.conninfo.make_conninfo(**tried)).close()
    except psycopg.OperationalError:
        return False
    return True


def check_staff() -> Iterator[Finding]:
    from wafaa.access.business.queries import get_business
    from wafaa.access.staff.queries import has_second_factor, list_staff
    from wafaa.access.staff.rules import DEMO_DOMAIN, Role

    people = list(list_staff().filter(is_active=True))
    demo = [person.email for person in people if person.email.endswith(DEMO_DOMAIN)]
    if demo:
        state = State.NOTE if get_business().shows_demo else State.BAD
        detail = _("{emails} sign in with a password that everybody can read; stop them under Staff")
        yield Finding(_("Demo staff"), state, detail.format(emails=", ".join(demo)))
    bare = [
        person.email
        for person in people
        if person.role == Role.OWNER and not has_second_factor(person) and person.email not in demo
    ]
    if bare:
        detail = say_many(
            "{count} owner without a second factor: {emails}",
            "{count} owners without a second factor: {emails}",
            len(bare),
        )
        yield Finding(_("Second factor"), State.NOTE, detail.format(count=len(bare), emails=", ".join(bare)))
    elif any(person.role == Role.OWNER for person in people if person.email not in demo):
        yield Finding(_("Second factor"), State.GOOD, _("every owner has one"))


def check_mail() -> Finding:
    from django.conf import settings

    if not settings.EMAIL_HOST:
        detail = _(
            "not set up: nobody can ask for a new password by mail, nobody is told of changes (WAFAA_EMAIL_URL)"
        )
        return Finding(_("Mail"), State.NOTE, detail)
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_loopback(settings.EMAIL_HOST):
        return Finding(_("Mail"), State.GOOD, where)
    return Finding(
        _("Mail"), State.BAD, _("{where} is reached without TLS: links can be read").format(where=where)
    )


def check_limits() -> Finding:
    from django.conf import settings

    if not settings.RATE_LIMITS:
        return Finding(
            "WAFAA_RATE_LIMITS", State.BAD, _("off: passwords can be guessed as fast as the server answers")
        )
    return Finding("WAFAA_RATE_LIMITS", State.GOOD, _("on"))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
