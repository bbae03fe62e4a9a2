"""All settings in one place. Each WAFAA_* variable may also be given as a file: WAFAA_*_FILE."""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
import psycopg.conninfo
from django.utils.translation import gettext_lazy as _

from wafaa.config.environment import env_bool, env_int, env_list, env_text, get_home, is_low_memory
from wafaa.config.mail import read_mail_url
from wafaa.config.security import PERMISSIONS, build_policy
from wafaa.kit.networks import read_allowed

django_stubs_ext.monkeypatch()  # lets Manager["Model"] and Field[...] be written as types

HOME = get_home()
DEBUG = env_bool("WAFAA_DEBUG", default=False)


def _secret_key() -> str:
    """Given, or made once and kept in the data directory, readable by its owner only."""
    if given := env_text("WAFAA_SECRET_KEY"):
        return given
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # the first writer wins; everyone reads the winner
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _database() -> dict[str, Any]:
    """WAFAA_DATABASE_URL, which the supervisor and the command line set to the embedded server where none is given."""
    given = psycopg.conninfo.conninfo_to_dict(env_text("WAFAA_DATABASE_URL"))
    return {
        "ENGINE": "wafaa.kit.database",
        "NAME": str(given.pop("dbname", "wafaa")),
        "USER": str(given.pop("user", "")),
        "PASSWORD": str(given.pop("password", "")),
        "HOST": str(given.pop("host", "")),
        "PORT": str(given.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**given, "application_name": "wafaa", "connect_timeout": 10},
    }


SECRET_KEY = _secret_key()
# Older keys still open what they sealed (sessions, links in mails, second factors) until they are taken out here.
SECRET_KEY_FALLBACKS = env_list("WAFAA_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env_list("WAFAA_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("WAFAA_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env_bool("WAFAA_SECURE_COOKIES", default=False)
# Links for customers begin with it where nobody said by what address they reach us; `wafaa serve` tells its own.
WEB_ADDRESS = env_text("WAFAA_WEB_ADDRESS", default="http://127.0.0.1:8000")

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    # rooms, from the ground up
    "wafaa.design",
    "wafaa.access.limits",
    "wafaa.access.sessions",
    "wafaa.access.staff",
    "wafaa.access.audit",
    "wafaa.access.business",
    "wafaa.access.keys",
    "wafaa.stream",
    "wafaa.know.customers",
    "wafaa.know.identity",
    "wafaa.know.consents",
    "wafaa.know.orders",
    "wafaa.know.journey",
    "wafaa.know.notes",
    "wafaa.listen.connectors",
    "wafaa.listen.connectors.files",
    "wafaa.listen.surveys",
    "wafaa.listen.reviews",
    "wafaa.act.webhooks",
    "wafaa.act.messages",
    "wafaa.act.cases",
    "wafaa.act.vouchers",
    "wafaa.act.points",
    "wafaa.learn.facts",
    "wafaa.learn.measures",
    "wafaa.learn.segments",
    "wafaa.learn.feedback",
    "wafaa.learn.scores",
    "wafaa.decide.experiments",
    "wafaa.decide.journeys",
    "wafaa.decide.asking",
    "wafaa.decide.suggestions",
    "wafaa.decide.loyalty",
    "wafaa.decide.gifts",
    "wafaa.decide.rewards",
    "wafaa.decide.tiers",
    "wafaa.show.console",
    "wafaa.show.report",
    "wafaa.show.start",
    "wafaa.show.sending",
    "wafaa.show.privacy",
    "wafaa.show.answers",
    "wafaa.show.readability",
    "wafaa.show.portal",
    "wafaa.show.till",
    "wafaa.show.guide",
    "wafaa.show.checkout",
    "wafaa.show.api",
    "wafaa.run",
    # behind the rooms, whose words and templates win
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "wafaa.run.health.tracing.TraceMiddleware",
    "wafaa.run.health.middleware.HealthMiddleware",
    "wafaa.stream.middleware.IngestMiddleware",  # before all that pages need: programs send thousands a second
    "django.middleware.security.SecurityMiddleware",
    "wafaa.design.middleware.HeadersMiddleware",
    "wafaa.design.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # pages with charts are half a megabyte of SVG; against BREACH Django pads by a random length and masks its tokens anew
    "django.middleware.gzip.GZipMiddleware",
    "wafaa.act.messages.middleware.OnsiteMiddleware",  # its addresses lie below /v1 too
    "wafaa.listen.surveys.answering.middleware.SurveyMiddleware",  # answered without a cookie, hundreds a second
    "wafaa.listen.reviews.middleware.PublicReviewsMiddleware",  # and so does its own
    "wafaa.show.api.middleware.ApiMiddleware",  # before any cookie is read
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wafaa.access.sessions.middleware.SessionAgeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wafaa.access.staff.middleware.StaffMiddleware",
    "wafaa.access.business.middleware.BusinessMiddleware",
    "wafaa.design.middleware.ErrorPageMiddleware",
]

ROOT_URLCONF = "wafaa.config.urls"
WSGI_APPLICATION = "wafaa.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wafaa.show.console.context.shell",
                "wafaa.run.health.context.health",
            ],
        },
    }
]

# Sign-in: by e-mail, no sign-up from outside, Argon2.
AUTH_USER_MODEL = "access_staff.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "wafaa.access.staff.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"login": "wafaa.access.staff.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = False  # access.limits counts, in one statement each, and says how long to wait
# Long enough to install an authenticator app between saying who one is and typing its first code.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_RESET_TIMEOUT = (
    3600  # the link in the mail; mail servers that make strangers wait take up to half of it
)
RATE_LIMITS = env_bool("WAFAA_RATE_LIMITS", default=True)
TRUSTED_PROXIES = env_int("WAFAA_TRUSTED_PROXIES", default=0)

# Second factor: codes of an authenticator app, and recovery codes.
MFA_ADAPTER = "wafaa.access.staff.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_TOTP_ISSUER = "Wafaa"
MFA_RECOVERY_CODE_DIGITS = 12  # 39 bits: too many to guess at five attempts and one a minute

# Sessions: a working day at most, then one signs in again (ASVS 3.3.2); two hours without a click are a closed shop.
SESSION_ENGINE = "wafaa.access.sessions.store"
SESSION_ABSOLUTE_S = env_int("WAFAA_SESSION_HOURS", default=12) * 3600
SESSION_IDLE_S = env_int("WAFAA_SESSION_IDLE_MINUTES", default=120) * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_S
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would greet whoever follows a link in a mail with the sign-in page
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves, so no script needs the cookie
if SECURE_COOKIES:
    # the prefix makes browsers refuse these cookies from subdomains and without TLS
    SESSION_COOKIE_NAME = "__Host-wafaa_session"
    CSRF_COOKIE_NAME = "__Host-wafaa_csrf"
    # a year, as browsers' preload lists ask; subdomains are not ours to decide about
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
if TRUSTED_PROXIES:
    # the proxy must set this header itself; docs/guide/deploy.md shows how
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What browsers are told; design.middleware adds what Django has no setting for.
CONTENT_SECURITY_POLICY = build_policy(has_tls=SECURE_COOKIES)
PERMISSIONS_POLICY = PERMISSIONS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "wafaa_cache",
        # used codes of authenticator apps stand here too: Django's 300 entries could be pushed out by anybody
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "wafaa_language"
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # what is stored; people see the business's zone
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = None  # whitenoise serves from the packages: no collectstatic step
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Files that people bring (uploads), what is read from them (staging) and the facts live under the data directory.
FILES_ROOT = HOME / "files"
FACTS_ROOT = HOME / "facts"
# Changed whenever a key is revoked, so that no process trusts it any more.
KEYS_REVOKED = HOME / "keys_revoked"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
UPLOAD_BYTES_MAX = env_int("WAFAA_UPLOAD_BYTES_MAX", default=2 * 1024**3)
# one file attached to a customer: a contract or a photograph, not a film
ATTACHMENT_BYTES_MAX = env_int("WAFAA_ATTACHMENT_BYTES_MAX", default=20 * 1024**2)

# The process that runs analytics and charts answers here; without a socket they run in the calling process.
ANALYST_SOCKET = env_text("WAFAA_ANALYST_SOCKET")
# What does not fit the limit is spilled to the disk.
ANALYST_MEMORY_LIMIT = env_text(
    "WAFAA_ANALYST_MEMORY_LIMIT", default="300MB" if is_low_memory() else "1500MB"
)
ANALYST_THREADS = env_int("WAFAA_ANALYST_THREADS", default=1 if is_low_memory() else os.cpu_count() or 2)

MAIL_SERVER = read_mail_url(env_text("WAFAA_EMAIL_URL"))
# Backups that the worker makes by itself: a folder (on another disk, best), an hour of the business's day, how many are kept.
BACKUP_DIR = env_text("WAFAA_BACKUP_DIR")
BACKUP_HOUR = env_int("WAFAA_BACKUP_HOUR", default=3)
BACKUP_KEEP_DAILY = env_int("WAFAA_BACKUP_KEEP_DAILY", default=7)
BACKUP_KEEP_WEEKLY = env_int("WAFAA_BACKUP_KEEP_WEEKLY", default=5)
BACKUP_WITH_SECRET_KEY = env_bool("WAFAA_BACKUP_WITH_SECRET_KEY", default=False)

# Webhooks and connections call public addresses only; `1` opens one's own networks too, or a list of them (10.2.0.0/16).
OUTBOUND_ALLOW_PRIVATE = read_allowed(env_text("WAFAA_OUTBOUND_ALLOW_PRIVATE"))

# /metrics is open to this machine only, or to whoever has the token.
METRICS_TOKEN = env_text("WAFAA_METRICS_TOKEN")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.starts_tls, MAIL_SERVER.is_tls
EMAIL_TIMEOUT = 30  # a server that does not answer must not hold the queue
DEFAULT_FROM_EMAIL = env_text("WAFAA_FROM_EMAIL", default="wafaa@localhost")

# Who hears the stream, for rooms that lie below that list.
STREAM_CONSUMERS = "wafaa.config.flow.CONSUMERS"
# Who says that a customer is to be left alone for now: functions of rooms (ids -> reason by id), asked before each message.
MESSAGE_BLOCKERS: list[str] = []
# Who says whom a message asks nothing though it could (ids -> those of them), for rooms that messages cannot see.
SURVEY_BLOCKERS = ["wafaa.act.cases.queries.find_open_customers"]
# Whom a pop-up may be for besides everybody: a function of a room that surveys cannot see, () -> [(audience, words)].
SURVEY_AUDIENCES = "wafaa.decide.asking.appearing.list_audiences"
# What rooms that stand on loyalty make ready with a programme that is made of a preset: functions (programme, by).
PROGRAMME_MADE = ["wafaa.decide.rewards.actions.ready.make_ready"]
# And what of it goes with a programme that never held: functions (programme).
PROGRAMME_DROPPED = ["wafaa.decide.rewards.actions.ready.drop_ready"]
# What else a refund would bring back, and which tiers it takes, told in loyalty's preview: functions of
# (order, amount_minor, goods_minor).
REFUND_RETURNS = "wafaa.decide.rewards.queries.preview_return"
REFUND_TIERS = "wafaa.decide.tiers.actions.preview_tiers"
# What rooms show on an order's page: functions of (order) that tell a template and its values, or None.
ORDER_PANELS = ["wafaa.show.checkout.panels.show_effects"]
# What rooms show on the home of members: functions as show.portal.panels describes them.
PORTAL_PANELS: list[str] = [
    "wafaa.show.portal.tiers.show_tiers",
    "wafaa.show.portal.gifts.show_gifts",
    "wafaa.show.portal.rewards.show_offers",
    "wafaa.show.portal.vouchers.show_codes",
    "wafaa.show.portal.vouchers.show_cards",
]
# Takes the demo shop out, for the import that replaces it.
DEMO_REMOVER = "wafaa.run.demo.erasing.erase_demo"
# Messages that could not become events wait so long for somebody to put them right.
REFUSED_KEPT_DAYS = env_int("WAFAA_REFUSED_KEPT_DAYS", default=90)
PROCRASTINATE_ON_APP_READY = "wafaa.config.jobs.on_app_ready"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "wafaa.kit.logs.LineFormatter"},
        "json": {"()": "wafaa.kit.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env_text("WAFAA_LOG_FORMAT") == "json" else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": env_text("WAFAA_LOG_LEVEL", default="WARNING")},
}
