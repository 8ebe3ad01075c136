"""What the rules refuse to calculate."""

from tatausaha.core.errors import AppError


class RuleError(AppError):
    """This month cannot be calculated as it was entered; the sentence says why."""

    status = 422
