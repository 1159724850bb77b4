"""Settings of one cat4 installation; every deployment difference is an environment variable.

The variables are listed in docs/operations.md. Nothing here has a default that would be unsafe in
production: without SECRET_KEY or DATABASE_URL the process doesn't start.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = Path(os.environ.get("CAT4_STATE_DIR") or BASE_DIR / "var")


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is not set. See docs/operations.md.")
    return value


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


DEBUG = _flag("CAT4_DEBUG")
SECRET_KEY = _required("SECRET_KEY")
# Keys of before a change: what they signed or encrypted is still read.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("CAT4_OLD_SECRET_KEYS", "").split(",") if key]
ALLOWED_HOSTS = [host for host in os.environ.get("CAT4_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CAT4_TRUSTED_ORIGINS", "").split(",") if origin]

# The demo pins its calendar, so that the fictional portfolio reads the same next year. Empty in production.
CAT4_CLOCK = os.environ.get("CAT4_CLOCK", "")
CAT4_DEMO = _flag("CAT4_DEMO")
# Public, and therefore nobody's: it opens an account only while CAT4_DEMO is on.
DEMO_PASSWORD = "value-plan-2028"  # noqa: S105

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "cat4.tenancy",
    "cat4.accounts",
    "cat4.audit",
    "cat4.outbox",
    "cat4.duties",
    "cat4.recovery",
    "cat4.web",
    "cat4.api",
    "cat4.notices",
    "hierarchy",
    "measures",
    "governance",
    "reporting",
    "integrations",
    "demo",
]

MIDDLEWARE = [
    "cat4.health.answer_health_checks",
    "cat4.metrics.scrape.answer_scrapes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cat4.web.middleware.RequestIdMiddleware",
    "cat4.web.access.AccessMiddleware",
    "cat4.web.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cat4.web.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cat4.accounts.devices.KnownDeviceMiddleware",
    "cat4.web.session_end.PrivatePagesMiddleware",
    "cat4.web.sent_once.SentOnceMiddleware",
    "cat4.web.middleware.OrganizationMiddleware",
    "cat4.web.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "cat4.urls"
ORGANIZATION_URLCONF = "cat4.urls_organization"
ACTOR_LOADER = "hierarchy.people.selectors.actors.load_actor"
ACTORS_LOADER = "hierarchy.people.selectors.actors.load_actors"
WSGI_APPLICATION = "cat4.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Every template marks its sentences and uses the interface's tags: no file has to say so.
            "builtins": ["django.templatetags.i18n", "cat4.web.templatetags.cat4_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cat4.web.context.shell",
                "cat4.notices.context.inbox",
                "governance.desk.navigation.navigation",
            ],
        },
    }
]

# One login for serving, another for owning: see docs/architecture.md, row-level security.
_database_url = "DATABASE_OWNER_URL" if os.environ.get("CAT4_ROLE") == "owner" else "DATABASE_URL"
_database: dict[str, Any] = {**dj_database_url.parse(_required(_database_url)), "ATOMIC_REQUESTS": True}
DATABASES = {"default": _database}
# Connections outlive a request, so that PostgreSQL doesn't start a backend for each page.
_database["CONN_MAX_AGE"] = 600
_database["CONN_HEALTH_CHECKS"] = True
_database["OPTIONS"] = {**_database.get("OPTIONS", {}), "connect_timeout": 5}
DATABASE_ROLE_CHECK = os.environ.get("CAT4_ROLE") != "owner"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = _required("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "cat4.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cat4",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cat4.accounts.passwords.NotTheDemosPassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "cat4.accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Wrong passwords are counted by cat4/accounts/patience.py, which slows down and locks nobody out.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": None, "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "cat4: "
# A reset for an unknown address sends nothing: the package's letter would invite to sign up, which is closed.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "cat4.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "cat4"
# A clock that is half a minute off signs in too.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Browsers give keys to localhost without TLS too; what a key is bound to is its relying party.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CAT4_DEMO
# Behind the TLS proxy the client's address is the last one it forwarded; else everybody would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("CAT4_TLS") else 0
EMAIL_BACKEND = os.environ.get("CAT4_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("CAT4_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CAT4_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CAT4_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CAT4_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("CAT4_SMTP_TLS")
EMAIL_TIMEOUT = 10
# Where people reach this installation; links in mails begin with it.
PUBLIC_URL = os.environ.get("CAT4_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
DEFAULT_FROM_EMAIL = os.environ.get("CAT4_FROM_EMAIL", "cat4 <cat4@localhost>")

# Behind TLS (CAT4_TLS=1) cookies and redirects insist on it; the demo on loopback speaks plain HTTP.
_tls = _flag("CAT4_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _tls
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _tls else None
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _tls
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STATE_DIR / "files"}},
    # Plain files: the proxy compresses what leaves the house, and compressing the API documents' bundle
    # at each first start would take longer than everything else of it.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The largest file that an upload or an import may bring, and what is held in memory of it.
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cat4.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "cat4.api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cat4.api.problems.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cat4 API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Governed strategy execution: organizations, nodes, measures, effects, milestones, gates.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Words that several fields share, named once in the OpenAPI document.
    "ENUM_NAME_OVERRIDES": {
        "Level": "hierarchy.constants.Level",
        "PeriodState": "hierarchy.constants.PeriodState",
        "RateKind": "hierarchy.constants.RateKind",
        "TargetKind": "hierarchy.constants.TargetKind",
        "Doi": "measures.constants.Doi",
        "EffectKind": "measures.constants.EffectKind",
        "EvidenceClass": "measures.constants.EvidenceClass",
        "Lifecycle": "measures.constants.Lifecycle",
        "Status": "measures.constants.Status",
        "StatusKind": "measures.constants.StatusKind",
        "Trend": "measures.status.api.answers.TRENDS",
        "BaselineType": "measures.constants.BaselineType",
        "Cadence": "measures.constants.Cadence",
        "LeakageCause": "measures.constants.LeakageCause",
        "DependencyKind": "measures.constants.DependencyKind",
        "RippleAnswerKind": "measures.constants.RippleAnswerKind",
        "RippleCause": "measures.constants.RippleCause",
        "NoticeGroup": "cat4.notices.api.serializers.GROUP_CHOICES",
        "MailMode": "cat4.notices.api.serializers.MAIL_MODES",
        "ApprovalKind": "governance.constants.ApprovalKind",
        "Outcome": "governance.constants.Outcome",
        "DeviationOutcome": "governance.deviations.constants.DeviationOutcome",
        "DeviationKind": "governance.deviations.constants.DeviationKind",
        "CauseClass": "governance.deviations.constants.CauseClass",
        "HoldReason": "governance.constants.HoldReason",
        "Manner": "governance.rules.constants.Manner",
        "DecidedAs": "governance.parties.constants.DecidedAs",
        "RequestKind": "governance.constants.RequestKind",
        "RequestState": "governance.gates.constants.RequestState",
        "RuleKind": "governance.rules.constants.RuleKind",
        "MeetingState": "governance.committees.constants.MeetingState",
        "CirculationState": "governance.committees.constants.CirculationState",
        "ConditionState": "governance.committees.constants.ConditionState",
        "PackState": "governance.proofs.constants.PackState",
        "SustainOutcome": "governance.closures.constants.SustainOutcome",
    },
}

CELERY_BROKER_URL = REDIS_URL
# Whoever writes to the broker can ask for our tasks, and can't bring code of their own along.
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CAT4_QUEUE", "cat4")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Redis hands a message of a lost worker to another one after this time, in seconds.
# A nudge tries once: without a broker nobody waits for it. Workers come back by CELERY_BROKER_CONNECTION_MAX_RETRIES.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 700,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "max_retries": 0,
}
# Loaded by the outbox, so that whatever publishes (web, commands, tests) nudges through this application.
TASK_APPLICATION = "cat4.celery.app"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "cat4.outbox.sweep", "schedule": 10.0},
    "verify-ledgers": {"task": "governance.verify_ledgers", "schedule": 86_400.0},
    "sweep-mail": {"task": "cat4.notices.sweep_mail", "schedule": 60.0},
    "duties": {"task": "cat4.duties.run", "schedule": 3600.0},
    "clear-sessions": {"task": "cat4.accounts.clear_sessions", "schedule": 86_400.0},
}
CELERY_TIMEZONE = "UTC"

# Who sends it reads /metrics; without one nobody does.
METRICS_TOKEN = os.environ.get("CAT4_METRICS_TOKEN", "")

LOG_FORMAT = os.environ.get("CAT4_LOG_FORMAT") or "text"
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"CAT4_LOG_FORMAT is {LOG_FORMAT}: text or json. See docs/operations.md.")
# The worker and beat log by these as well (cat4/celery.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"facts": {"()": "cat4.logs.Facts"}},
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "cat4.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["facts"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("CAT4_LOG_LEVEL", "INFO")},
    "loggers": {
        # A line for each request is for machines.
        "cat4.access": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        # Django's own handlers, which know neither the format nor what must not be written.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        # They tell of every glyph that they keep.
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "ERROR"},
        # It says of every request that it had to wait for a thread.
        "waitress.queue": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
