"""What is sold: products, prices, coupons with their codes, tax rates."""

from decimal import Decimal
from typing import Any

from tests.stripe_double.problems import Problem, missing
from tests.stripe_double.state import Object, State

Params = dict[str, Any]


def need(params: Params, *names: str) -> None:
    for name in names:
        if params.get(name) in (None, ""):
            raise missing(name)


def create_product(state: State, params: Params) -> Object:
    id_ = params.get("id", "")
    if id_ in state.objects["product"]:
        raise Problem(f"Product already exists: {id_}", code="resource_already_exists", param="id")
    return state.make(
        "product",
        "prod",
        id_=id_,
        active=params.get("active", True),
        created=state.now,
        updated=state.now,
        description=params.get("description"),
        images=[],
        marketing_features=[],
        metadata=params.get("metadata", {}),
        name=params["name"],
        tax_code=params.get("tax_code"),
        type="service",
        unit_label=params.get("unit_label"),
    )


def update_product(state: State, params: Params, id_: str) -> Object:
    product = state.get("product", id_)
    state.change(product, **_plain(product, params), updated=state.now)
    return product


def create_price(state: State, params: Params) -> Object:
    need(params, "currency")
    if "unit_amount" not in params:
        raise missing("unit_amount")
    need(params, "product")
    state.get("product", params["product"], "product")
    recurring = params.get("recurring")
    _take_lookup_key(state, params)
    return state.make(
        "price",
        "price",
        active=params.get("active", True),
        billing_scheme="per_unit",
        created=state.now,
        currency=params["currency"].lower(),
        lookup_key=params.get("lookup_key"),
        metadata=params.get("metadata", {}),
        nickname=params.get("nickname"),
        product=params["product"],
        recurring=recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": None,
            "usage_type": recurring.get("usage_type", "licensed"),
        },
        tax_behavior=params.get("tax_behavior", "unspecified"),
        type="recurring" if recurring else "one_time",
        unit_amount=params["unit_amount"],
        unit_amount_decimal=str(params["unit_amount"]),
    )


def update_price(state: State, params: Params, id_: str) -> Object:
    price = state.get("price", id_)
    _take_lookup_key(state, params, price)
    state.change(price, **_plain(price, params))
    return price


def _take_lookup_key(state: State, params: Params, keeper: Object | None = None) -> None:
    """A lookup key has one price; it moves on only if that is asked for."""
    key = params.get("lookup_key")
    for other in state.all("price"):
        if not key or other is keeper or other["lookup_key"] != key:
            continue
        if not params.get("transfer_lookup_key"):
            raise Problem(
                f"A price (`{other['id']}`) already uses that lookup key.",
                code="resource_already_exists",
                param="lookup_key",
            )
        state.change(other, lookup_key=None)


def list_prices(state: State, params: Params) -> list[Object]:
    keys = params.get("lookup_keys")
    if keys and len(keys) > 10:
        raise Problem("You may only provide up to 10 `lookup_keys` at a time.", param="lookup_keys")
    return [
        price
        for price in state.all("price")
        if (keys is None or price["lookup_key"] in keys)
        and all(price[name] == params[name] for name in ("active", "currency", "product", "type") if name in params)
    ]


def list_products(state: State, params: Params) -> list[Object]:
    return [
        product
        for product in state.all("product")
        if params.get("active", product["active"]) == product["active"]
        and ("ids" not in params or product["id"] in params["ids"])
    ]


def create_coupon(state: State, params: Params) -> Object:
    if ("percent_off" in params) == ("amount_off" in params):
        raise Problem("Must specify either amount_off or percent_off but not both.", param="percent_off")
    if "amount_off" in params:
        need(params, "currency")
    duration = params.get("duration", "once")
    if duration == "repeating":
        need(params, "duration_in_months")
    return state.make(
        "coupon",
        "co",
        id_=params.get("id", ""),
        amount_off=params.get("amount_off"),
        created=state.now,
        currency=params.get("currency"),
        duration=duration,
        duration_in_months=params.get("duration_in_months"),
        metadata={},
        name=params.get("name"),
        percent_off=float(params["percent_off"]) if "percent_off" in params else None,
        times_redeemed=0,
        valid=True,
    )


def create_promotion_code(state: State, params: Params) -> Object:
    promotion = params["promotion"]
    coupon = state.get("coupon", promotion.get("coupon", ""), "promotion[coupon]")
    return state.make(
        "promotion_code",
        "promo",
        active=params.get("active", True),
        code=params.get("code", coupon["id"].upper()),
        created=state.now,
        customer=params.get("customer"),
        expires_at=params.get("expires_at"),
        max_redemptions=params.get("max_redemptions"),
        metadata={},
        promotion={"type": "coupon", "coupon": coupon["id"]},
        restrictions={"first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None},
        times_redeemed=0,
    )


def list_promotion_codes(state: State, params: Params) -> list[Object]:
    return [
        code
        for code in state.all("promotion_code")
        if str(params.get("code", code["code"])).lower() == code["code"].lower()
        and params.get("active", is_open(state, code)) == is_open(state, code)
    ]


def is_open(state: State, code: Object) -> bool:
    """Whether a code can still be redeemed."""
    coupon = state.objects["coupon"][code["promotion"]["coupon"]]
    over = code["expires_at"] is not None and code["expires_at"] <= state.now
    used = code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]
    return code["active"] and coupon["valid"] and not over and not used


def create_tax_rate(state: State, params: Params) -> Object:
    percentage = float(Decimal(params["percentage"]))
    return state.make(
        "tax_rate",
        "txr",
        active=True,
        country=params.get("country"),
        created=state.now,
        description=params.get("description"),
        display_name=params["display_name"],
        effective_percentage=percentage,
        inclusive=params["inclusive"],
        jurisdiction=params.get("jurisdiction"),
        metadata={},
        percentage=percentage,
        rate_type="percentage",
        tax_type=params.get("tax_type"),
    )


def _plain(one: Object, params: Params) -> Params:
    """The parameters that are fields of the same name; metadata is added to, and an empty word takes away."""
    fields = {name: (value if value != "" else None) for name, value in params.items() if name in one}
    if "metadata" in fields:
        fields["metadata"] = (one["metadata"] or {}) | (fields["metadata"] or {})
    return fields
