"""The web application: every controller of the house is listed here."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.middleware import DefineMiddleware
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from tatausaha.billing.views.details import DetailsController
from tatausaha.billing.views.invoices import BilledController
from tatausaha.billing.views.plans import PlanController
from tatausaha.billing.views.subscription import SubscriptionController
from tatausaha.billing.views.usage import UsageController
from tatausaha.billing.views.webhook import WebhookController
from tatausaha.clients.api import ClientApi
from tatausaha.clients.brand_views import BrandController
from tatausaha.clients.number_views import NumberController
from tatausaha.clients.service_views import ServicesController
from tatausaha.clients.views import ClientController
from tatausaha.core.process import close_process, open_process
from tatausaha.core.web import failures
from tatausaha.core.web.access import PUBLIC, guard_roles, refuse_forgery
from tatausaha.core.web.bodies import BoundedRequest
from tatausaha.core.web.costs import guard_costly
from tatausaha.core.web.headers import add_security_headers
from tatausaha.core.web.health import health
from tatausaha.core.web.templating import make_engine
from tatausaha.documents.api import DocumentApi
from tatausaha.documents.views import DocumentController
from tatausaha.identity.access_views import AccessController
from tatausaha.identity.account_views import AccountController
from tatausaha.identity.api import Api, document_of
from tatausaha.identity.confirm_views import ConfirmController
from tatausaha.identity.factor_reset_views import FactorResetController
from tatausaha.identity.key_views import KeyController
from tatausaha.identity.log_api import LogApi
from tatausaha.identity.middleware import FindViewer
from tatausaha.identity.provider_views import ProviderController
from tatausaha.identity.recovery_views import RecoveryController
from tatausaha.identity.step_views import StepController
from tatausaha.identity.team_views import TeamController
from tatausaha.identity.token_views import TokenController
from tatausaha.identity.unusual_views import UnusualController
from tatausaha.identity.views import IdentityController
from tatausaha.invoicing.hour_api import HourApi
from tatausaha.invoicing.invoice_api import InvoiceApi
from tatausaha.invoicing.price_api import PriceApi
from tatausaha.invoicing.views.finished import WorkController as FinishedWorkController
from tatausaha.invoicing.views.hours import HourController
from tatausaha.invoicing.views.invoices import InvoiceController
from tatausaha.invoicing.views.money import MoneyController
from tatausaha.invoicing.views.numbering import NumberingController
from tatausaha.invoicing.views.prices import PriceListController
from tatausaha.invoicing.views.profile import ProfileController
from tatausaha.invoicing.views.profit import ProfitController
from tatausaha.invoicing.views.receivables import ClientReceivableController
from tatausaha.payroll.api import PayrollApi
from tatausaha.payroll.input_views import InputImportController
from tatausaha.payroll.policy_views import PolicyController
from tatausaha.payroll.secret_views import SlipSecretController
from tatausaha.payroll.slip_views import SlipController
from tatausaha.payroll.views import RunController
from tatausaha.people.api import EmployeeApi
from tatausaha.people.views.access import PersonAccessController
from tatausaha.people.views.employees import EmployeesController
from tatausaha.people.views.exports import ExportsController
from tatausaha.people.views.imports import ImportsController
from tatausaha.people.views.secrets import SecretsController
from tatausaha.people.views.terms import TermsController
from tatausaha.portal.views.access import AccessLogController
from tatausaha.portal.views.approvals import ApprovalController
from tatausaha.portal.views.changes import ClientChangeController
from tatausaha.portal.views.home import HomeController
from tatausaha.portal.views.invoices import ClientInvoiceController
from tatausaha.portal.views.lookup import PortalLookupController
from tatausaha.portal.views.orders import ClientOrderController
from tatausaha.portal.views.privacy import PrivacyController
from tatausaha.portal.views.shop import ShopController
from tatausaha.portal.views.supplies import SuppliesController
from tatausaha.portal.views.tables import ClientTableController
from tatausaha.privacy.views.breaches import BreachController
from tatausaha.privacy.views.desk import DeskController
from tatausaha.privacy.views.processors import ProcessorController
from tatausaha.privacy.views.record import RecordController
from tatausaha.privacy.views.retention import RetentionController
from tatausaha.purchasing.api import PurchasingApi
from tatausaha.purchasing.payable_api import PayableApi
from tatausaha.purchasing.views.answer import AnswerController
from tatausaha.purchasing.views.bills import BillController
from tatausaha.purchasing.views.imports import SupplierImportController
from tatausaha.purchasing.views.orders import OrderController
from tatausaha.purchasing.views.payables import PayableController
from tatausaha.purchasing.views.payments import PaymentController
from tatausaha.purchasing.views.prices import ItemChoiceController, PriceController
from tatausaha.purchasing.views.receipts import ReceiptController
from tatausaha.purchasing.views.requests import RequestController
from tatausaha.purchasing.views.returns import ReturnController
from tatausaha.purchasing.views.sending import SendingController
from tatausaha.purchasing.views.suggestions import SuggestionController
from tatausaha.purchasing.views.suppliers import SupplierController
from tatausaha.purchasing.views.templates import LetterSettingsController
from tatausaha.reports.api import ReportApi
from tatausaha.reports.table_views import TableController
from tatausaha.reports.views import ReportController, RunFileController
from tatausaha.sales.api import SalesApi
from tatausaha.sales.views.customers import CustomerController
from tatausaha.sales.views.imports import SalesImportController
from tatausaha.sales.views.lines import LineController
from tatausaha.sales.views.receivables import ReceivableController
from tatausaha.sales.views.shifts import ShiftController
from tatausaha.sales.views.tills import TillController
from tatausaha.settings import Settings, load
from tatausaha.stock.api import StockApi
from tatausaha.stock.item_api import ItemApi
from tatausaha.stock.views.card import CardController
from tatausaha.stock.views.count_sheets import CountSheetController
from tatausaha.stock.views.counts import CountController
from tatausaha.stock.views.exports import ItemExportController
from tatausaha.stock.views.imports import ItemImportController
from tatausaha.stock.views.items import ItemsController
from tatausaha.stock.views.labels import LabelController
from tatausaha.stock.views.lookup import LookupController
from tatausaha.stock.views.months import MonthController, StockPolicyController
from tatausaha.stock.views.moves import MoveController
from tatausaha.stock.views.places import PlacesController
from tatausaha.stock.views.supplies import SupplyController
from tatausaha.stock.views.value import ValueController
from tatausaha.stock.views.watch import WatchController
from tatausaha.work.api import JobApi
from tatausaha.work.change_api import ChangeApi
from tatausaha.work.change_secret_views import ChangeSecretController
from tatausaha.work.change_views import ChangeController
from tatausaha.work.leaving_views import LeavingController
from tatausaha.work.policy_views import ApprovalPolicyController
from tatausaha.work.views import WorkController

OPERATIONS = (
    Api,
    ClientApi,
    EmployeeApi,
    PayrollApi,
    DocumentApi,
    ReportApi,
    ItemApi,
    StockApi,
    PurchasingApi,
    PayableApi,
    ChangeApi,
    LogApi,
    JobApi,
    SalesApi,
    InvoiceApi,
    PriceApi,
    HourApi,
)
CONTROLLERS = [
    ApprovalController,
    HomeController,
    ShopController,
    ClientTableController,
    ClientOrderController,
    ClientInvoiceController,
    HourController,
    MoneyController,
    ProfitController,
    ClientReceivableController,
    DocumentController,
    RunFileController,
    ReportController,
    TableController,
    SlipController,
    SlipSecretController,
    IdentityController,
    AccessController,
    UnusualController,
    PersonAccessController,
    AccessLogController,
    RecoveryController,
    AccountController,
    StepController,
    ConfirmController,
    RunController,
    EmployeesController,
    TermsController,
    ImportsController,
    ExportsController,
    SecretsController,
    PriceListController,
    ProfileController,
    CustomerController,
    ReceivableController,
    ShiftController,
    LineController,
    SalesImportController,
    TillController,
    DeskController,
    BreachController,
    ProcessorController,
    PrivacyController,
    RecordController,
    RetentionController,
    ItemsController,
    PlacesController,
    ItemImportController,
    ItemExportController,
    LabelController,
    LookupController,
    PortalLookupController,
    WatchController,
    MoveController,
    CardController,
    MonthController,
    StockPolicyController,
    ValueController,
    SupplyController,
    SuppliesController,
    CountController,
    CountSheetController,
    WorkController,
    LeavingController,
    ChangeController,
    ChangeSecretController,
    FactorResetController,
    ApprovalPolicyController,
    ClientChangeController,
    InputImportController,
    PolicyController,
    ClientController,
    BrandController,
    ServicesController,
    TeamController,
    TokenController,
    SupplierController,
    SupplierImportController,
    ReceiptController,
    ReturnController,
    BillController,
    PayableController,
    PaymentController,
    PriceController,
    ItemChoiceController,
    OrderController,
    RequestController,
    SuggestionController,
    AnswerController,
    SendingController,
    LetterSettingsController,
    NumberController,
    InvoiceController,
    FinishedWorkController,
    NumberingController,
    SubscriptionController,
    PlanController,
    UsageController,
    BilledController,
    DetailsController,
    WebhookController,
    *OPERATIONS,
    ProviderController,
    KeyController,
]
MAX_BODY = 1_000_000
# Where nobody is signed in, and nobody needs to be looked for.
NOBODYS = ["^/static/", "^/billing/stripe$"]
# Streams must leave at once, and documents are compressed in themselves.
UNCOMPRESSED = ["/events$", "^/documents/", "^/api/v1/documents/", r"^/static/.*\.woff2$"]
CONNECTIONS = 10
PATIENCE_SECONDS = 2.0
YEAR_SECONDS = 365 * 86_400


def create_app(settings: Settings | None = None) -> Litestar:
    """The application as the tests, the demo and production all use it."""
    chosen = settings or load(os.environ)

    @asynccontextmanager
    async def process(_app: Litestar) -> AsyncIterator[None]:
        await open_process(chosen, connections=CONNECTIONS, patience=PATIENCE_SECONDS)
        yield
        await close_process()

    async def check_forgery(request: Request[Any, Any, Any]) -> None:
        await refuse_forgery(request, chosen.secret_key)

    return Litestar(
        route_handlers=[*CONTROLLERS, health, _static(chosen)],
        lifespan=[process],
        middleware=[DefineMiddleware(FindViewer, exclude=NOBODYS)],
        guards=[guard_roles, guard_costly],
        before_request=check_forgery,
        before_send=[add_security_headers],
        exception_handlers=failures.HANDLERS,
        template_config=TemplateConfig(instance=make_engine(chosen.frontend)),
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=1, exclude=UNCOMPRESSED),
        request_class=BoundedRequest,
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        state=State({"openapi": cache(partial(document_of, OPERATIONS))}),
    )


def _static(settings: Settings) -> Any:
    """Built assets; their names carry a hash of their content, so that browsers may keep them for good."""
    return create_static_files_router(
        path="/static",
        directories=[settings.frontend / "dist"],
        opt={"roles": PUBLIC},
        cache_control=CacheControlHeader(max_age=YEAR_SECONDS, public=True, immutable=True),
    )
