"""The web application: the one place that knows every feature."""

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from app import datasets
from app.accounts import guard
from app.accounts.invites.api import bp as invites_api
from app.accounts.invites.routes import bp as invites
from app.accounts.members.api import bp as members_api
from app.accounts.members.routes import bp as members
from app.accounts.routes import bp as accounts
from app.admin.access.api import bp as access_api
from app.admin.access.routes import bp as access
from app.admin.audit.api import bp as audit_api
from app.admin.audit.routes import bp as audit
from app.admin.metrics.api import bp as metrics
from app.admin.operations.routes import bp as operations
from app.admin.organisation.api import bp as organisation_api
from app.admin.organisation.routes import bp as organisation
from app.admin.reference.api import bp as reference_api
from app.admin.reference.routes import bp as reference
from app.admin.settings.routes import bp as settings_pages
from app.admin.telemetry.api import bp as telemetry_api
from app.admin.telemetry.routes import bp as telemetry
from app.admin.usage.api import bp as usage_api
from app.admin.usage.routes import bp as usage
from app.analytics.events.api import bp as events_api
from app.analytics.recompute.api import bp as recomputations_api
from app.analytics.recompute.routes import bp as recomputations
from app.analytics.reports.api import bp as snapshot_reports_api
from app.analytics.reports.routes import bp as snapshot_reports
from app.analytics.sources.api import bp as event_sources_api
from app.analytics.sources.routes import bp as event_sources
from app.core import runtime
from app.core.settings import Settings, load_settings
from app.core.shipped import ROOT
from app.dashboards.additions.routes import bp as dashboard_additions
from app.dashboards.api import bp as dashboards_api
from app.dashboards.editing.routes import bp as dashboard_editing
from app.dashboards.printing.routes import bp as dashboard_prints
from app.dashboards.routes import bp as dashboards
from app.dashboards.tiles.routes import bp as dashboard_tiles
from app.dashboards.versions.api import bp as dashboard_versions_api
from app.dashboards.versions.routes import bp as dashboard_versions
from app.dashboards.walls.api import bp as walls_api
from app.dashboards.walls.routes import bp as walls
from app.dashboards.walls.screen.routes import bp as wall_screens
from app.datasources.api import bp as datasources_api
from app.datasources.catalog.api import bp as catalogs_api
from app.datasources.catalog.routes import bp as catalogs
from app.datasources.routes import bp as datasources
from app.exports.api import bp as exports_api
from app.exports.routes import bp as exports
from app.home.routes import bp as home
from app.notices.api import bp as notices_api
from app.notices.routes import bp as notices
from app.queries.api import bp as queries_api
from app.queries.drafts.routes import bp as drafts
from app.queries.routes import bp as queries
from app.queries.versions.api import bp as versions_api
from app.queries.versions.routes import bp as versions
from app.reporting.api import bp as reporting_api
from app.reporting.routes import bp as reporting
from app.reports.api import bp as reports_api
from app.reports.editing.routes import bp as report_editing
from app.reports.routes import bp as reports
from app.runs.api import bp as runs_api
from app.runs.arrange.api import bp as arrange_api
from app.runs.choices.api import bp as choices_api
from app.runs.choices.routes import bp as choices
from app.runs.compare.api import bp as compare_api
from app.runs.compare.routes import bp as compare
from app.runs.evidence.api import bp as evidence_api
from app.runs.evidence.routes import bp as evidence
from app.runs.freshness.api import bp as results_api
from app.runs.history.api import bp as run_history_api
from app.runs.history.routes import bp as run_history
from app.runs.retention.api import bp as retention_api
from app.runs.retention.routes import bp as retention
from app.runs.routes import bp as runs
from app.runs.slots.api import bp as slots_api
from app.runs.slots.routes import bp as slots
from app.runs.thin.api import bp as thin_api
from app.schedules.api import bp as schedules_api
from app.schedules.routes import bp as schedules
from app.schedules.setting.routes import bp as schedule_setting
from app.setup.routes import bp as setup
from app.telemetry.observe import observe_request
from app.visualizations.annotations.api import bp as annotations_api
from app.visualizations.routes import bp as visualizations
from app.web import assets, cookies, health, islands, problems, requests, security
from app.web.templates import Templates

LARGEST_BODY = 32_000_000  # bytes; SQL over its own, lower limit gets a message at its field

FEATURES = (
    health.bp,
    accounts,
    organisation_api,
    members,
    members_api,
    invites,
    invites_api,
    datasources,
    datasources_api,
    catalogs,
    catalogs_api,
    queries,
    drafts,
    queries_api,
    versions,
    versions_api,
    runs,
    runs_api,
    arrange_api,
    results_api,
    run_history,
    run_history_api,
    slots,
    slots_api,
    thin_api,
    choices,
    choices_api,
    compare,
    compare_api,
    evidence,
    evidence_api,
    retention,
    retention_api,
    visualizations,
    annotations_api,
    exports,
    exports_api,
    dashboards,
    dashboard_prints,
    dashboard_tiles,
    dashboard_editing,
    dashboard_additions,
    dashboards_api,
    dashboard_versions,
    dashboard_versions_api,
    walls,
    walls_api,
    wall_screens,
    schedules,
    schedule_setting,
    schedules_api,
    notices,
    notices_api,
    events_api,
    event_sources_api,
    reporting,
    reporting_api,
    reports,
    report_editing,
    reports_api,
    snapshot_reports_api,
    recomputations_api,
    snapshot_reports,
    recomputations,
    event_sources,
    settings_pages,
    organisation,
    audit,
    audit_api,
    usage,
    usage_api,
    access,
    access_api,
    telemetry,
    telemetry_api,
    operations,
    metrics,
    reference,
    reference_api,
    setup,
    home,
)


def create_app(settings: Settings | None = None, *, before_fork: bool = False) -> Flask:
    """The WSGI application. Opens no connection yet, so that gunicorn can preload it and fork.

    `before_fork` compiles every template, for the processes to share. Raises SettingsError naming what is
    missing.
    """
    settings = settings or load_settings()
    runtime.configure(settings)
    datasets.offer()
    app = Flask("plumbline", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="plumbline",
        SESSION_COOKIE_SECURE=not settings.insecure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=settings.session_days * 86_400,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.jinja_environment = Templates
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Htmx(app)
    guard.install(app)
    cookies.install(app)
    security.install(app)
    problems.install(app)
    islands.install(app)
    assets.install(app)
    requests.install(app, observe_request)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    if before_fork:
        for name in app.jinja_env.list_templates(extensions=["html"]):
            app.jinja_env.get_template(name)
    return app
