"""All settings in one place. Each WAFAA_* variable may also be given as a file: WAFAA_*_FILE."""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
import psycopg.conninfo
from django.utils.translation import gettext_lazy as _

from wafaa.config.environment import env_bool, env_int, env_list, env_text, get_home

django_stubs_ext.monkeypatch()  # lets Manager["Model"] and Field[...] be written as types

HOME = get_home()
DEBUG = env_bool("WAFAA_DEBUG", default=False)


def _secret_key() -> str:
    """Given, or made once and kept in the data directory, readable by its owner only."""
    if given := env_text("WAFAA_SECRET_KEY"):
        return given
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
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
        "ENGINE": "django.db.backends.postgresql",
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
ALLOWED_HOSTS = env_list("WAFAA_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("WAFAA_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env_bool("WAFAA_SECURE_COOKIES", default=False)

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "procrastinate.contrib.django",
    # rooms, from the ground up
    "wafaa.design",
    "wafaa.access.staff",
    "wafaa.access.audit",
    "wafaa.access.business",
    "wafaa.stream",
    "wafaa.know.customers",
    "wafaa.know.orders",
    "wafaa.listen.connectors.files",
    "wafaa.learn.facts",
    "wafaa.learn.measures",
    "wafaa.show.console",
    "wafaa.show.report",
    "wafaa.run",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
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
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "wafaa.access.staff.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"login": "wafaa.access.staff.forms.SignInForm"}
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = 14 * 24 * 3600  # two weeks: a shop's tablet stays signed in over a holiday

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "wafaa_cache"}}

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
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
UPLOAD_BYTES_MAX = env_int("WAFAA_UPLOAD_BYTES_MAX", default=2 * 1024**3)

# The process that runs analytics and charts answers here; without a socket they run in the calling process.
ANALYST_SOCKET = env_text("WAFAA_ANALYST_SOCKET")
ANALYST_MEMORY_LIMIT = env_text("WAFAA_ANALYST_MEMORY_LIMIT", default="1500MB")
ANALYST_THREADS = env_int("WAFAA_ANALYST_THREADS", default=os.cpu_count() or 2)

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env_text("WAFAA_FROM_EMAIL", default="wafaa@localhost")

PROCRASTINATE_ON_APP_READY = "wafaa.config.jobs.on_app_ready"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env_text("WAFAA_LOG_LEVEL", default="WARNING")},
}
