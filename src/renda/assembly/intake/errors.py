"""What intake refuses; the text is shown to the person as it is."""

from renda.kernel.workflow.api import WorkflowError


class IntakeError(WorkflowError):
    """An act that is not possible, with what to do instead, in Chinese."""
